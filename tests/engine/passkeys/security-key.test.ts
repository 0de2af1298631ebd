import { CardwrightError } from '@cardwright/protocol';
import { describe, expect, it } from '@jest/globals';
import { NO_CHANGES } from '../../integration/store/rows.js';
import { PasskeyStage, type StageOptions } from '../support/passkey-stage.js';
import { failureOf } from '../support/scripted-service.js';

const open = (options: StageOptions = {}) => PasskeyStage.open({ model: 'fido2', ...options });
const removed = (): never => {
  throw new CardwrightError('CARD_REMOVED');
};

describe('a security key with FIDO alone', () => {
  it('gets only passkeys, whose attestation proves it', async () => {
    const stage = await open({ passkeys: { services: ['entra', 'portal'] } });
    expect(await stage.judge()).toEqual({ action: 'start', reason: null });
    expect(await stage.relay()).toMatchObject({ state: 'done', deviceState: 'active' });
    expect(stage.host.executed).toEqual(['fido.setPin', 'fido.createCredential', 'fido.createCredential']);
    expect(stage.device).toMatchObject({
      model: 'fido2',
      serial: '10000001',
      state: 'active',
      proof: 'attested',
      identity: null,
      hasInitialPin: false,
    });
    await stage.reinsert();
    expect(await stage.judge()).toEqual({ action: null, reason: 'This device is already set up for you.' });
  });

  it('is recognised before its PIN is asked, although it has no serial number', async () => {
    const stage = await open({ serial: null });
    expect(await stage.relay()).toMatchObject({ state: 'done', deviceState: 'active' });
    const { fido } = await stage.reinsert();
    const asked: string[] = [];
    fido.user = () => {
      asked.push('FIDO PIN');
      return '852074';
    };
    const details = { reason: 'This device is already set up for you.' };
    const error = expect.objectContaining({ data: expect.objectContaining({ name: 'DEVICE_NOT_ELIGIBLE', details }) });
    expect(await stage.relay()).toMatchObject({ state: 'failed', error });
    expect(asked).toEqual([]);
    expect(stage.store.contents().devices).toMatchObject([{ state: 'active' }]);
  });

  it('says nothing of a device that belongs to someone else, whatever the host finds', async () => {
    const stage = await open({ serial: null });
    await stage.relay();
    const { device } = stage;
    if (!device) throw new Error('there is a device');
    await stage.store.transaction((transaction) =>
      transaction.write({ ...NO_CHANGES, devices: [{ ...device, ownerId: 'bob' }] }),
    );
    await stage.reinsert();
    const [passkey] = stage.passkeys;
    stage.services.entra.excluded.push(passkey?.credentialId ?? '');
    const error = expect.objectContaining({ data: expect.objectContaining({ name: 'PASSKEY_EXISTS' }) });
    expect(await stage.relay()).toMatchObject({ state: 'failed', error });
  });

  it('waits for an operator if nobody vouches for it', async () => {
    const stage = await open({ policy: { unprovenKeys: 'supervised' } });
    stage.services.entra.attested = false;
    expect(await stage.relay()).toMatchObject({ state: 'done', deviceState: 'awaiting-approval' });
    expect(stage.device).toMatchObject({ proof: 'not-proved' });
  });

  it('is refused without attestation if the policy insists; its passkey is removed everywhere', async () => {
    const stage = await open({ policy: { unprovenKeys: 'refuse' } });
    stage.services.entra.attested = false;
    const error = expect.objectContaining({
      data: expect.objectContaining({ name: 'PASSKEY_REFUSED', details: { reason: 'attestation' } }),
    });
    expect(await stage.relay()).toMatchObject({ state: 'failed', error });
    expect(stage.executed.at(-1)).toBe('fido.deleteCredential');
    expect(stage.fido.credentials).toEqual([]);
    expect(await stage.cms.removeDuePasskeys()).toBe(1);
    expect(stage.services.entra.registered.size).toBe(0);
    await stage.reinsert();
    expect(await stage.judge()).toEqual({ action: 'start', reason: null });
  });

  it('has no row until it has a passkey, and starts over if interrupted before', async () => {
    const stage = await open();
    stage.host.fido.lie = removed;
    expect(await stage.relay()).toMatchObject({ state: 'running', deviceState: null });
    expect(stage.device).toBeUndefined();
    await stage.reinsert();
    expect(await stage.relay()).toMatchObject({ state: 'done', deviceState: 'active' });
    expect(stage.store.contents().operations.map(({ status }) => status)).toEqual(['done']);
  });

  it('starts another operation if it has no serial number, and leaves nothing of the first', async () => {
    const stage = await open({ serial: null });
    stage.host.fido.lie = removed;
    await stage.relay();
    await stage.reinsert();
    expect(await stage.relay()).toMatchObject({ state: 'done', deviceState: 'active' });
    expect(stage.store.contents().devices).toHaveLength(1);
  });

  it.each(['CARD_REMOVED', 'USER_CANCELLED'] as const)(
    'is given up when %s comes between its passkeys if it has no serial number to be found by',
    async (code) => {
      const stage = await open({ serial: null, passkeys: { services: ['entra', 'portal'] } });
      const second = await stage.relay('passkey').then((answer) => stage.next(answer));
      expect(second).toMatchObject({ phase: { name: 'passkey' }, deviceState: 'producing' });
      stage.host.fido.lie = () => {
        throw new CardwrightError(code);
      };
      expect(await stage.next(second)).toMatchObject({ state: 'failed', deviceState: 'available' });
      expect(await stage.cms.removeDuePasskeys()).toBe(1);
      await stage.reinsert();
      expect(await stage.relay()).toMatchObject({ state: 'done', deviceState: 'active' });
    },
  );

  it('is found again by its serial number between its passkeys', async () => {
    const stage = await open({ passkeys: { services: ['entra', 'portal'] } });
    stage.services.portal.failures.begin.push(failureOf('PASSKEY_SERVICE_UNAVAILABLE'));
    expect(await stage.relay()).toMatchObject({ state: 'running', deviceState: 'producing' });
    await stage.reinsert();
    expect(await stage.judge()).toEqual({ action: 'continue', reason: 'Setup was interrupted.' });
    expect(await stage.relay()).toMatchObject({ state: 'done', deviceState: 'active' });
    expect(stage.passkeys.map(({ service }) => service)).toEqual(['entra', 'portal']);
  });

  it('belongs to nobody after a failure, and its passkeys are removed', async () => {
    const stage = await open({ passkeys: { services: ['entra', 'portal'] } });
    stage.services.portal.failures.begin.push(failureOf('PASSKEY_SERVICE_REFUSED', { status: 403 }));
    expect(await stage.relay()).toMatchObject({ state: 'failed', deviceState: 'available' });
    expect(await stage.cms.removeDuePasskeys()).toBe(1);
    await stage.reinsert();
    expect(await stage.relay()).toMatchObject({ state: 'done', deviceState: 'active' });
  });

  it('counts towards the limit of devices, beyond which nothing is registered', async () => {
    const stage = await open({ cms: { deviceLimit: 0 } });
    await expect(stage.start()).rejects.toMatchObject({ code: 'DEVICE_NOT_ELIGIBLE' });
    expect(stage.services.entra.begun).toBe(0);
  });

  it('has its own FIDO PIN, whatever the policy says about sharing', async () => {
    const stage = await open({ passkeys: { pin: 'shared' } });
    expect(await stage.relay()).toMatchObject({ state: 'done' });
    expect(stage.host.fido.orders).toMatchObject([{ pin: 'separate', secrets: { fidoPin: { source: 'session' } } }]);
  });
});
