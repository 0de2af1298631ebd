import { CardwrightError } from '@cardwright/protocol';
import { describe, expect, it } from '@jest/globals';
import { activeStage, add, DONE, named, remove, servicesOf } from '../support/passkey-changes.js';
import type { StageOptions } from '../support/passkey-stage.js';
import { failureOf } from '../support/scripted-service.js';

const unavailable = () => failureOf('PASSKEY_SERVICE_UNAVAILABLE');

describe('a passkey of an active device', () => {
  it.each<[string, StageOptions]>([
    ['a YubiKey', {}],
    ['a security key', { model: 'fido2' }],
  ])('is removed at its service first, and then from %s', async (_what, options) => {
    const stage = await activeStage(options);
    await add(stage);
    await stage.reinsert();
    const order = await remove(stage, 'delete-passkey');
    // The service has removed it before the device is asked.
    expect([stage.services.entra.registered.size, stage.fido.credentials.length]).toEqual([0, 2]);
    expect(await stage.relayOn(order)).toMatchObject(DONE);
    expect(stage.fido.credentials.map(({ id }) => id)).toEqual([...stage.services.portal.registered.keys()]);
    expect(servicesOf(stage)).toEqual(['portal']);
    const events = stage.store.contents().audit.map(({ event, actor }) => [event, actor]);
    for (const event of ['passkey.removal-due', 'passkey.removed', 'passkey.deleted'])
      expect(events).toContainEqual([event, 'ada']);
    expect(stage.host.questions.map(({ secrets }) => secrets)).toEqual([['fidoPin']]);
    expect(await stage.cms.removeDuePasskeys()).toBe(0);
  });

  it('can be added again after it was removed', async () => {
    const stage = await activeStage({ passkeys: { services: ['entra'] } });
    await remove(stage);
    await stage.changePolicy({ services: ['entra'] });
    await stage.reinsert();
    expect(await add(stage)).toMatchObject(DONE);
    expect(stage.fido.credentials.map(({ id }) => id)).toEqual([...stage.services.entra.registered.keys()]);
  });

  it('is due for removal, and still on the device, while its service is away', async () => {
    const stage = await activeStage();
    stage.services.entra.failures.remove.push(unavailable(), unavailable());
    expect(await remove(stage)).toMatchObject({ state: 'running', error: named('PASSKEY_SERVICE_UNAVAILABLE') });
    expect(servicesOf(stage)).toEqual([]);
    expect([stage.services.entra.registered.size, stage.fido.credentials.length]).toEqual([1, 1]);
    expect(await stage.cms.removeDuePasskeys()).toBe(0);
    expect(await stage.cms.removeDuePasskeys()).toBe(1);
    await stage.reinsert();
    const passkey = stage.passkeys[0]?.id;
    expect(await remove(stage, undefined, passkey)).toMatchObject(DONE);
    expect(stage.fido.credentials).toEqual([]);
    expect(stage.services.entra.removed).toHaveLength(1);
  });

  it.each([
    ['fido.getInfo', 'before'],
    ['fido.getInfo', 'after'],
    ['fido.deleteCredential', 'before'],
    ['fido.deleteCredential', 'unanswered'],
    ['fido.deleteCredential', 'after'],
  ] as const)('is gone everywhere after a pull at %s (%s) and another session', async (method, when) => {
    const stage = await activeStage();
    stage.host.pull = { method, when };
    expect(await remove(stage)).toMatchObject({ state: 'running', deviceState: 'active' });
    await stage.reinsert();
    expect(await remove(stage)).toMatchObject(DONE);
    expect([stage.services.entra.registered.size, stage.fido.credentials.length]).toEqual([0, 0]);
    expect(servicesOf(stage)).toEqual([]);
  });

  it('is gone at the service when its owner closes the window for the FIDO PIN, and can be deleted later', async () => {
    const stage = await activeStage();
    stage.host.fido.user = () => {
      throw new CardwrightError('USER_CANCELLED');
    };
    expect(await remove(stage)).toMatchObject({ state: 'running', error: named('USER_CANCELLED') });
    expect([stage.services.entra.registered.size, stage.fido.credentials.length]).toEqual([0, 1]);
    await stage.reinsert();
    expect(await remove(stage)).toMatchObject(DONE);
    expect(stage.fido.credentials).toEqual([]);
  });

  it('stays, with the tries left told, after a wrong FIDO PIN', async () => {
    const stage = await activeStage();
    stage.host.fido.user = () => '111222';
    const { error } = await remove(stage);
    expect(error).toMatchObject({ data: { name: 'FIDO_PIN_INCORRECT', details: { retriesLeft: 7 } } });
    expect(stage.fido.credentials).toHaveLength(1);
  });

  it('is removed at its service alone where the host does not reach the FIDO2 application', async () => {
    const stage = await activeStage();
    const { device } = stage.host.startRequest;
    const proof = { at: new Date(), by: 'password', device: null };
    const start = await stage.cms.start(
      { ...stage.byAda, proof },
      {
        ...stage.host.startRequest,
        kind: 'remove-passkey',
        device: { ...device, fido2: null },
        subject: stage.passkeys[0]?.id ?? '',
      },
    );
    expect(await stage.relayOn(start)).toMatchObject(DONE);
    expect(await stage.cms.removeDuePasskeys()).toBe(1);
    expect(stage.services.entra.registered.size).toBe(0);
  });
});
