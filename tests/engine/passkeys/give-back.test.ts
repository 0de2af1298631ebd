import { erase, issue } from '@cardwright/cms';
import { GIVEN_BACK } from '@cardwright/cms/devices';
import { CardwrightError } from '@cardwright/protocol';
import { describe, expect, it } from '@jest/globals';
import { PasskeyStage, type StageOptions } from '../support/passkey-stage.js';
import { everyOrOneIn } from '../../support/thorough.js';

const GONE = { state: 'done', error: null, deviceState: 'available' };
const BEING_ERASED = { state: 'terminated', stateReason: 'being erased' };
const named = (name: string) => ({ data: { name } });

/** Issues Ada's device with a passkey of the organisation, and adds a private one. */
async function issued(options: StageOptions = {}): Promise<PasskeyStage> {
  const stage = await PasskeyStage.issued({ ...options, cms: { operations: [issue, erase] } });
  await stage.reinsert();
  return stage;
}

const giveBack = async (stage: PasskeyStage) => stage.relayOn(await stage.start('erase'));

const DEVICES: [string, StageOptions, readonly string[]][] = [
  ['a YubiKey', {}, ['fido.reset', 'device.reset']],
  ['a plain card', { model: 'piv', profile: 'piv-fido', serial: null }, ['credentials.apply', 'fido.reset']],
];

describe.each(DEVICES)('%s with a passkey of the organisation', (_what, options, order) => {
  it('loses passkeys and FIDO PIN when it is given back, as its owner was told', async () => {
    const stage = await issued(options);
    const asked: string[] = [];
    stage.host.confirm = (action) => void asked.push(action);
    stage.host.fido.confirm = () => void asked.push('once more');
    expect(await giveBack(stage)).toMatchObject(GONE);
    expect(asked).toEqual(['reset-all']);
    expect([stage.fido.credentials, stage.fido.hasPin]).toEqual([[], false]);
    expect(stage.device).toMatchObject({ state: 'available', stateReason: GIVEN_BACK });
    expect(stage.passkeys).toMatchObject([{ removalDueAt: expect.any(Date) }]);
    expect(stage.host.executed.filter((method) => order.includes(method))).toEqual(order);
    const events = stage.store.contents().audit.map(({ event }) => event);
    expect(events.indexOf('device.erase-ordered')).toBeLessThan(events.indexOf('fido.reset-ordered'));
    expect(events.indexOf('fido.reset')).toBeLessThan(events.indexOf('device.erased'));
  });

  it('keeps everything when its owner closes the window', async () => {
    const stage = await issued(options);
    stage.host.confirm = () => {
      throw new CardwrightError('USER_CANCELLED');
    };
    expect(await giveBack(stage)).toMatchObject({ state: 'cancelled', deviceState: 'active' });
    expect([stage.fido.credentials.length, stage.fido.hasPin]).toEqual([1, true]);
    expect(stage.passkeys).toMatchObject([{ removalDueAt: null }]);
  });

  it.each(everyOrOneIn(3, ['before', 'unanswered', 'after']))(
    'is not given back when interrupted %s the reset of FIDO, until another session ends it',
    async (when) => {
      const stage = await issued(options);
      stage.host.pull = { method: 'fido.reset', when };
      const broken = await giveBack(stage);
      expect(broken).toMatchObject({ state: 'running', deviceState: 'terminated' });
      expect(stage.device).toMatchObject(BEING_ERASED);
      expect(stage.store.contents().escrows.some(({ pukDroppedAt }) => pukDroppedAt === null)).toBe(true);
      await stage.reinsert();
      expect(await giveBack(stage)).toMatchObject(GONE);
      expect([stage.fido.credentials, stage.fido.hasPin]).toEqual([[], false]);
      expect(stage.device?.stateReason).toBe(GIVEN_BACK);
    },
  );

  it('has its FIDO reset even after a cancellation, once that was begun', async () => {
    const stage = await issued(options);
    stage.host.pull = { method: 'fido.reset', when: 'before' };
    const broken = await giveBack(stage);
    await stage.cancel(broken);
    expect(stage.device).toMatchObject(BEING_ERASED);
    await stage.reinsert();
    expect(await giveBack(stage)).toMatchObject(GONE);
    expect([stage.fido.credentials, stage.fido.hasPin]).toEqual([[], false]);
  });
});

describe('the FIDO2 application', () => {
  it('stays as it is if no passkey was registered: it is the owner’s own', async () => {
    const stage = await issued({ passkeys: null });
    stage.fido.pin = '999999';
    await stage.reinsert();
    const asked: string[] = [];
    stage.host.confirm = (action) => void asked.push(action);
    expect(await giveBack(stage)).toMatchObject(GONE);
    expect(asked).toEqual(['reset']);
    expect(stage.fido.hasPin).toBe(true);
    expect(stage.executed).toEqual([]);
  });

  it('stays as it is if the host cannot reach it', async () => {
    const stage = await issued({ profile: 'yubikey' });
    const asked: string[] = [];
    stage.host.confirm = (action) => void asked.push(action);
    expect(await giveBack(stage)).toMatchObject(GONE);
    expect(asked).toEqual(['reset']);
    expect(stage.passkeys).toMatchObject([{ removalDueAt: expect.any(Date) }]);
  });

  it('is erased with PIV if they share their PIN, as its owner is told', async () => {
    const stage = await issued({ profile: 'shared-pin', passkeys: { pin: 'shared' } });
    const asked: string[] = [];
    stage.host.confirm = (action) => void asked.push(action);
    expect(await giveBack(stage)).toMatchObject(GONE);
    expect(asked).toEqual(['reset-shared']);
    expect(stage.fido.credentials).toEqual([]);
    expect(stage.executed).toEqual([]);
  });
});

describe('a reset of FIDO that does not happen', () => {
  it.each(everyOrOneIn(3, ['FIDO_RESET_TOO_LATE', 'TOUCH_TIMEOUT', 'USER_TIMEOUT']))(
    'leaves PIV its secrets after %s, and the next session continues',
    async (code) => {
      const stage = await issued();
      const order = await stage.relayOn(await stage.start('erase'), 'fido-reset');
      const answer = await stage.bring(order, [{ method: 'fido.reset', error: new CardwrightError(code).toWire() }]);
      expect(answer).toMatchObject({ state: 'running', error: named(code), deviceState: 'terminated' });
      expect(stage.card.erasures).toBe(0);
      await stage.reinsert();
      expect(await giveBack(stage)).toMatchObject(GONE);
      expect(stage.fido.credentials).toEqual([]);
    },
  );

  it('lets PIV go and FIDO stay if the device cannot reset FIDO alone', async () => {
    const stage = await issued();
    const order = await stage.relayOn(await stage.start('erase'), 'fido-reset');
    const refused = new CardwrightError('FIDO_RESET_REFUSED', { reason: 'unsupported' }).toWire();
    const answer = await stage.bring(order, [{ method: 'fido.reset', error: refused }]);
    expect(await stage.relayOn(answer)).toMatchObject(GONE);
    expect(stage.fido.hasPin).toBe(true);
  });

  it('asks the owner again about PIV alone if the connection allows none', async () => {
    const stage = await issued();
    const order = await stage.relayOn(await stage.start('erase'), 'confirm');
    const refused = new CardwrightError('FIDO_RESET_REFUSED', { reason: 'transport' }).toWire();
    const again = await stage.bring(order, [{ method: 'device.confirmErasure', error: refused }]);
    expect(stage.device?.state).toBe('active');
    const asked: string[] = [];
    stage.host.confirm = (action) => void asked.push(action);
    expect(await stage.relayOn(again)).toMatchObject(GONE);
    expect(asked).toEqual(['reset']);
    expect(stage.fido.hasPin).toBe(true);
  });
});
