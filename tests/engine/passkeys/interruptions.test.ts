import { CardwrightError, type ErrorCode } from '@cardwright/protocol';
import { describe, expect, it } from '@jest/globals';
import * as v from 'valibot';
import { NO_CHANGES } from '../../integration/store/rows.js';
import { PasskeyStage, type StageOptions } from '../support/passkey-stage.js';
import { failureOf } from '../support/scripted-service.js';
import { everyOrOneIn } from '../../support/thorough.js';

const DONE = { state: 'done', deviceState: 'active', error: null };
const named = (name: ErrorCode) => expect.objectContaining({ data: expect.objectContaining({ name }) });
const failing = (error: CardwrightError) => (): never => {
  throw error;
};
const keptState = v.strictObject({ step: v.string(), slices: v.record(v.string(), v.unknown()) });
const NEW_SLICES = ['fido', 'fidoPin', 'registration', 'unkept', 'refusal'];
const unavailable = () => failureOf('PASSKEY_SERVICE_UNAVAILABLE');

/** Lets the service accept one passkey, and ends the portal before it could store that. */
function acceptOnceAndEnd({ services: { entra } }: PasskeyStage): void {
  const finish = entra.finish.bind(entra);
  entra.finish = async (...answer) => {
    entra.finish = finish;
    await finish(...answer);
    throw new Error('the portal ends');
  };
}

describe('an interrupted passkey', () => {
  it.each(
    everyOrOneIn<[string, CardwrightError]>(4, [
      ['no touch', new CardwrightError('TOUCH_TIMEOUT')],
      ['a closed window', new CardwrightError('USER_CANCELLED')],
      ['a window that waited', new CardwrightError('USER_TIMEOUT')],
      ['a closed dialog', new CardwrightError('PASSKEY_NOT_COMPLETED')],
      ['a redirected page', new CardwrightError('RP_PAGE_UNUSABLE', { rpId: 'login.example.net' })],
      ['a wrong FIDO PIN', new CardwrightError('FIDO_PIN_INCORRECT', { retriesLeft: 7 })],
      ['too many wrong ones', new CardwrightError('FIDO_PIN_PAUSED')],
      ['a pulled device', new CardwrightError('CARD_REMOVED')],
      ['another device in its place', new CardwrightError('WRONG_DEVICE')],
    ]),
  )('survives %s: the device stays as it is, and the next session continues', async (_what, error) => {
    const stage = await PasskeyStage.open();
    stage.host.fido.lie = failing(error);
    expect(await stage.relay()).toMatchObject({ state: 'running', deviceState: 'producing', error: named(error.code) });
    expect(stage.device).toMatchObject({ state: 'producing', stateReason: error.code });
    const issued = stage.store.contents().certificates.length;
    await stage.reinsert();
    expect(await stage.relay()).toMatchObject(DONE);
    expect(stage.store.contents().certificates).toHaveLength(issued);
    expect(stage.services.entra.registered.size).toBe(1);
  });

  it.each(['setPin', 'reset'] as const)('survives a user who gives up at fido.%s', async (method) => {
    const stage = await PasskeyStage.open();
    if (method === 'reset') {
      stage.fido.pin = '999999';
      stage.fido.block();
      await stage.reinsert();
    }
    stage.host.fido.user = stage.host.fido.confirm = failing(new CardwrightError('USER_CANCELLED'));
    if (method === 'reset') stage.host.fido.user = () => '1234';
    expect(await stage.relay()).toMatchObject({ state: 'running', error: named('USER_CANCELLED') });
    await stage.reinsert();
    expect(await stage.relay()).toMatchObject(DONE);
  });

  it('survives a service that cannot begin: the session rests, and nothing on the device is lost', async () => {
    const stage = await PasskeyStage.open();
    stage.services.entra.failures.begin.push(unavailable());
    const error = named('PASSKEY_SERVICE_UNAVAILABLE');
    expect(await stage.relay()).toMatchObject({ state: 'running', phase: { name: 'passkey' }, error });
    expect(stage.device).toMatchObject({ state: 'producing', stateReason: 'PASSKEY_SERVICE_UNAVAILABLE' });
    await stage.reinsert();
    expect(await stage.relay()).toMatchObject(DONE);
  });

  it('survives a service that cannot finish: the same results succeed once it is back', async () => {
    const stage = await PasskeyStage.open();
    stage.services.entra.failures.finish.push(unavailable(), unavailable());
    const order = await stage.relay('passkey');
    const outcomes = await stage.host.run(order.step?.jws ?? '');
    const bring = () => stage.bring(order, outcomes);
    await expect(bring()).rejects.toMatchObject({ code: 'PASSKEY_SERVICE_UNAVAILABLE' });
    expect(stage.device).toMatchObject({ state: 'producing', stateReason: 'PASSKEY_SERVICE_UNAVAILABLE' });
    expect(stage.passkeys).toEqual([]);
    await expect(bring()).rejects.toMatchObject({ code: 'PASSKEY_SERVICE_UNAVAILABLE' });
    expect(await bring()).toMatchObject({ state: 'running', phase: { name: 'pin' }, deviceState: 'pending' });
    // Sent once more, they get the same answer.
    expect(await bring()).toMatchObject({ phase: { name: 'pin' } });
    expect(stage.passkeys).toHaveLength(1);
    expect(stage.device?.stateReason).not.toBe('PASSKEY_SERVICE_UNAVAILABLE');
  });

  it.each([
    ['had accepted it', true],
    ['had not accepted it', false],
  ])('is not created again in another session when its service could not finish and %s', async (_what, had) => {
    const stage = await PasskeyStage.open();
    const finish = stage.services.entra.finish.bind(stage.services.entra);
    stage.services.entra.finish = async (...answer) => {
      if (had) await finish(...answer);
      throw unavailable();
    };
    await expect(stage.relay()).rejects.toMatchObject({ code: 'PASSKEY_SERVICE_UNAVAILABLE' });
    await stage.reinsert();
    expect(await stage.relay()).toMatchObject({ state: 'running', error: named('PASSKEY_SERVICE_UNAVAILABLE') });
    stage.services.entra.finish = finish;
    await stage.reinsert();
    expect(await stage.relay()).toMatchObject(DONE);
    expect(stage.executed).not.toContain('fido.createCredential');
    expect(stage.services.entra.registered.size).toBe(1);
    expect(stage.passkeys).toMatchObject([{ credentialId: stage.fido.credentials[0]?.id, removalDueAt: null }]);
  });

  it.each(
    everyOrOneIn<[string, StageOptions]>(2, [
      ['a smart card', {}],
      ['a security key', { model: 'fido2' }],
    ]),
  )('is not created again on %s where the portal ended after its service had accepted it', async (_what, options) => {
    const stage = await PasskeyStage.open(options);
    acceptOnceAndEnd(stage);
    await expect(stage.relay()).rejects.toThrow('the portal ends');
    expect(stage.services.entra.registered.size).toBe(1);
    expect(stage.passkeys).toEqual([]);
    await stage.reinsert();
    expect(await stage.relay()).toMatchObject(DONE);
    expect(stage.executed).not.toContain('fido.createCredential');
    expect([...stage.services.entra.registered.keys()]).toEqual(stage.fido.credentials.map(({ id }) => id));
    expect(stage.passkeys).toMatchObject([{ credentialId: stage.fido.credentials[0]?.id, removalDueAt: null }]);
  });

  it('is removed where the portal ended after its service had accepted it, and the issuance is given up', async () => {
    const stage = await PasskeyStage.open();
    const order = await stage.relay('passkey');
    acceptOnceAndEnd(stage);
    await expect(stage.next(order)).rejects.toThrow('the portal ends');
    expect(await stage.cancel(order)).toMatchObject({ state: 'cancelled', deviceState: 'failed' });
    expect(await stage.cms.removeDuePasskeys()).toBe(1);
    expect(stage.services.entra.registered.size).toBe(0);
  });

  it('is removed at a service that could not finish when the issuance is given up', async () => {
    const stage = await PasskeyStage.open();
    const order = await stage.relay('passkey');
    stage.services.entra.failures.finish.push(unavailable());
    await expect(stage.next(order)).rejects.toMatchObject({ code: 'PASSKEY_SERVICE_UNAVAILABLE' });
    expect(await stage.cancel(order)).toMatchObject({ state: 'cancelled', deviceState: 'failed' });
    expect(stage.services.entra.registered.size).toBe(1);
    expect(await stage.cms.removeDuePasskeys()).toBe(1);
    expect(stage.services.entra.registered.size).toBe(0);
  });

  it('treats a service that never answers as one that cannot', async () => {
    const stage = await PasskeyStage.open({ cms: { passkeyTimeout: 20 } });
    stage.services.entra.begin = () => new Promise(() => undefined);
    expect(await stage.relay()).toMatchObject({ state: 'running', error: named('PASSKEY_SERVICE_UNAVAILABLE') });
  });

  it('is deleted and begun afresh when the registration took too long', async () => {
    const stage = await PasskeyStage.open();
    stage.host.fido.lie = (created) => {
      stage.wait(stage.services.entra.lifetime);
      return created;
    };
    expect(await stage.relay()).toMatchObject({ state: 'running', error: named('PASSKEY_EXPIRED') });
    expect(stage.executed.at(-1)).toBe('fido.deleteCredential');
    expect(stage.fido.credentials).toEqual([]);
    expect(stage.services.entra.registered.size).toBe(0);
    await stage.reinsert();
    expect(await stage.relay()).toMatchObject(DONE);
    expect(stage.services.entra.begun).toBe(2);
    expect(stage.fido.credentials).toHaveLength(1);
  });

  it('continues its begun registration in the next session while that is valid', async () => {
    const stage = await PasskeyStage.open();
    const order = await stage.relay('passkey');
    expect(order.step).not.toBeNull();
    await stage.reinsert();
    await stage.relay('passkey');
    expect(stage.services.entra.begun).toBe(1);
    stage.wait(stage.services.entra.lifetime - 30_000);
    await stage.reinsert();
    expect(await stage.relay()).toMatchObject(DONE);
    expect(stage.services.entra.begun).toBe(2);
  });
});

describe('an operation that an older version began', () => {
  it('continues with passkeys, although it has no record of them', async () => {
    const stage = await PasskeyStage.open();
    const answer = await stage.relay('certificates');
    await stage.store.transaction(async (transaction) => {
      const row = await transaction.openOperation('ada', answer.operation);
      if (!row) throw new Error('the operation runs');
      const { step, slices } = v.parse(keptState, row.state);
      const known = Object.fromEntries(Object.entries(slices).filter(([name]) => !NEW_SLICES.includes(name)));
      expect(Object.keys(known)).toHaveLength(Object.keys(slices).length - NEW_SLICES.length);
      await transaction.write({ ...NO_CHANGES, operations: [{ ...row, state: { step, slices: known } }] });
    });
    expect(await stage.relayOn(answer)).toMatchObject(DONE);
    expect(stage.passkeys).toHaveLength(1);
  });
});
