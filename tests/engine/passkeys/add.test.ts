import { CardwrightError } from '@cardwright/protocol';
import { describe, expect, it } from '@jest/globals';
import { activeStage, add, DONE, named, servicesOf } from '../support/passkey-changes.js';
import type { PasskeyStage, StageOptions } from '../support/passkey-stage.js';
import { failureOf } from '../support/scripted-service.js';
import { everyOrOneIn } from '../../support/thorough.js';

const unavailable = () => failureOf('PASSKEY_SERVICE_UNAVAILABLE');

/** Expects that device, CMS and service know the same passkeys of the portal. */
function expectKnownEverywhere({ services, fido, passkeys }: PasskeyStage, credentials: number): void {
  expect(fido.credentials).toHaveLength(credentials);
  const good = passkeys.filter(({ removalDueAt }) => removalDueAt === null);
  expect(good.map(({ credentialId }) => credentialId).sort()).toEqual(fido.credentials.map(({ id }) => id).sort());
  const registered = [...services.entra.registered.keys(), ...services.portal.registered.keys()];
  expect(registered.sort()).toEqual(fido.credentials.map(({ id }) => id).sort());
}

describe('an active device', () => {
  it.each<[string, StageOptions]>([
    ['a YubiKey by the host', {}],
    ['a security key by the host', { model: 'fido2' }],
    ['a YubiKey by the page', { passkeys: { ways: ['page', 'window'] } }],
  ])('gets a passkey at the service that is missing: %s', async (_what, options) => {
    const stage = await activeStage(options);
    expect(await add(stage)).toMatchObject(DONE);
    expect(servicesOf(stage)).toEqual(['entra', 'portal']);
    expectKnownEverywhere(stage, 2);
    expect(stage.unconfirmed).toEqual([]);
    const asked = stage.host.questions.map(({ secrets }) => secrets);
    expect(asked).toEqual(options.passkeys?.ways ? [] : [['fidoPin']]);
    expect(stage.store.contents().devices).toHaveLength(1);
  });

  it('gets one with the FIDO PIN that is its device PIN, which its user types', async () => {
    const stage = await activeStage({ profile: 'shared-pin', passkeys: { pin: 'shared' } });
    expect(stage.device?.sharesPin).toBe(true);
    stage.host.fido.user = () => '739154';
    expect(await add(stage)).toMatchObject(DONE);
    expectKnownEverywhere(stage, 2);
    expect(stage.device?.sharesPin).toBe(true);
  });

  it('gets one by a window at the address of the service', async () => {
    const stage = await activeStage({ passkeys: { services: ['portal'], ways: ['page', 'window'] } });
    await stage.changePolicy({ services: ['portal', 'entra'], ways: ['page', 'window'] });
    expect(await add(stage)).toMatchObject(DONE);
    expect(stage.host.fido.orders.map(({ way }) => way)).toEqual(['window']);
    expect(servicesOf(stage)).toEqual(['portal', 'entra']);
  });

  it('gets one passkey in one operation, and none once it has all', async () => {
    const stage = await activeStage({ passkeys: { services: ['entra'] } });
    expect(await add(stage)).toMatchObject(DONE);
    await stage.reinsert();
    expect(await add(stage)).toMatchObject({ state: 'failed', error: named('DEVICE_NOT_ELIGIBLE') });
    expect(stage.passkeys).toHaveLength(2);
  });

  it('is refused by a policy without passkeys, before anything happens on it', async () => {
    const stage = await activeStage();
    await stage.changePolicy({ services: ['entra'] });
    expect(await add(stage)).toMatchObject({ state: 'failed', error: named('DEVICE_NOT_ELIGIBLE') });
    expect(stage.executed).toEqual([]);
  });

  it('is never reset for a forgotten or blocked FIDO PIN', async () => {
    const stage = await activeStage();
    stage.fido.block();
    await stage.reinsert();
    expect(await add(stage)).toMatchObject({
      state: 'failed',
      error: named('FIDO_PIN_BLOCKED'),
      deviceState: 'active',
    });
    expect(stage.executed).not.toContain('fido.reset');
    expect(stage.fido.credentials).toHaveLength(1);
    expect(servicesOf(stage)).toEqual(['entra']);
  });
});

describe('an interrupted addition', () => {
  it.each(everyOrOneIn(3, ['before', 'unanswered', 'after']))(
    'is continued after a pull %s the passkey',
    async (when) => {
      const stage = await activeStage();
      stage.host.pull = { method: 'fido.createCredential', when };
      expect(await add(stage)).toMatchObject({ state: 'running', deviceState: 'active' });
      await stage.reinsert();
      expect(await add(stage)).toMatchObject(DONE);
      expect(servicesOf(stage)).toEqual(['entra', 'portal']);
      expect([...stage.services.portal.registered.keys()]).toHaveLength(1);
    },
  );

  it.each(
    everyOrOneIn<[string, CardwrightError]>(3, [
      ['no touch', new CardwrightError('TOUCH_TIMEOUT')],
      ['a closed window', new CardwrightError('USER_CANCELLED')],
      ['a wrong FIDO PIN', new CardwrightError('FIDO_PIN_INCORRECT', { retriesLeft: 7 })],
    ]),
  )('survives %s', async (_what, error) => {
    const stage = await activeStage();
    stage.host.fido.lie = () => {
      throw error;
    };
    expect(await add(stage)).toMatchObject({ state: 'running', deviceState: 'active', error: named(error.code) });
    await stage.reinsert();
    expect(await add(stage)).toMatchObject(DONE);
  });

  it('is finished in another session when the portal ended after the service had accepted the passkey', async () => {
    const stage = await activeStage();
    endAfterAcceptance(stage);
    await expect(add(stage)).rejects.toThrow('the portal ends');
    expect(stage.unconfirmed).toMatchObject([{ service: 'portal', removalDueAt: expect.any(Date), removedAt: null }]);
    // While it can be continued, nothing is removed.
    expect(await stage.cms.removeDuePasskeys()).toBe(0);
    await stage.reinsert();
    expect(await add(stage)).toMatchObject(DONE);
    expectKnownEverywhere(stage, 2);
    expect(stage.executed).not.toContain('fido.createCredential');
    expect(await stage.cms.removeDuePasskeys()).toBe(0);
  });

  it.each<[string, (stage: PasskeyStage) => Promise<unknown>]>([
    ['another operation takes the device', async (stage) => stage.relayOn(await stage.start('prove-owner'))],
    [
      'its owner gives it up while the service is away',
      async (stage) => {
        stage.services.portal.failures.finish.push(unavailable());
        await stage.cancel(await stage.start('add-passkey'));
      },
    ],
  ])('is undone at the service that had accepted the passkey when %s', async (_what, end) => {
    const stage = await activeStage();
    endAfterAcceptance(stage);
    await expect(add(stage)).rejects.toThrow('the portal ends');
    await stage.reinsert();
    await end(stage);
    expect(servicesOf(stage)).toEqual(['entra']);
    expect(await stage.cms.removeDuePasskeys()).toBe(1);
    expect(stage.services.portal.registered.size).toBe(0);
    expect(stage.unconfirmed).toMatchObject([{ removedAt: expect.any(Date) }]);
    expect(await stage.cms.removeDuePasskeys()).toBe(0);
  });

  it('waits for a service that is away, and asks it again', async () => {
    const stage = await activeStage();
    stage.services.portal.failures.begin.push(unavailable());
    expect(await add(stage)).toMatchObject({ state: 'running', error: named('PASSKEY_SERVICE_UNAVAILABLE') });
    await stage.reinsert();
    expect(await add(stage)).toMatchObject(DONE);
  });

  it('leaves nothing where the service refuses the passkey', async () => {
    const stage = await activeStage();
    stage.services.portal.failures.finish.push(failureOf('PASSKEY_REFUSED', { reason: 'service' }));
    expect(await add(stage)).toMatchObject({ state: 'failed', error: named('PASSKEY_REFUSED') });
    expect(stage.fido.credentials).toHaveLength(1);
    expect(servicesOf(stage)).toEqual(['entra']);
    expect(await stage.cms.removeDuePasskeys()).toBe(0);
  });
});

/** Lets the portal's service accept one passkey, and ends the portal before it could store that. */
function endAfterAcceptance({ services: { portal } }: PasskeyStage): void {
  const finish = portal.finish.bind(portal);
  portal.finish = async (...answer) => {
    portal.finish = finish;
    await finish(...answer);
    throw new Error('the portal ends');
  };
}
