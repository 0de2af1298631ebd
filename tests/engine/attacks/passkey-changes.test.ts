import { randomUUID } from 'node:crypto';
import { addPasskey, changeFidoPin, removePasskey } from '@cardwright/cms';
import type { OperationAnswer } from '@cardwright/protocol/cms';
import { describe, expect, it } from '@jest/globals';
import { newDevice, newPasskey } from '../../integration/store/rows.js';
import { actOn } from '../../support/engine/operator-action.js';
import { personOf } from '../../support/engine/people.js';
import { PlayedHost } from '../../support/host-and-card/played-host.js';
import { ORIGIN } from '../support/engine-parts.js';
import { activeStage, add, DONE, named, remove, servicesOf } from '../support/passkey-changes.js';
import { PasskeyStage } from '../support/passkey-stage.js';

/** Attacks: changing the passkeys of someone else's device, or more than their owner, their policy or their operator wants. */

const OLGA = personOf('olga');
const KINDS = [addPasskey, removePasskey, changeFidoPin].map(({ kind }) => kind);

/** Expects that nothing has happened on the device or at a service. */
function expectUntouched({ services, fido, passkeys, executed }: PasskeyStage): void {
  expect(executed).toEqual([]);
  expect([services.entra.removed, services.portal.registered.size, fido.credentials.length]).toEqual([[], 0, 1]);
  expect(passkeys).toMatchObject([{ service: 'entra', removalDueAt: null }]);
}

describe.each(KINDS)('a stolen session', (kind) => {
  it.each<[string, (stage: PasskeyStage) => object]>([
    ['without a proof', () => ({})],
    ['with an old proof', () => ({ proof: { at: new Date(Date.now() - 6 * 60_000), by: 'password', device: null } })],
    [
      'with a proof by a passkey on that very device',
      ({ device }) => ({ proof: { at: new Date(), by: 'passkey', device: device?.id ?? null } }),
    ],
  ])(`cannot start ${kind} %s`, async (_what, proof) => {
    const stage = await activeStage();
    const subject = stage.passkeys[0]?.id ?? '';
    const start = stage.cms.start({ ...stage.byAda, ...proof(stage) }, { ...stage.host.startRequest, kind, subject });
    await expect(start).rejects.toMatchObject({ code: 'LOGIN_REQUIRED', data: { fresh: true } });
    expectUntouched(stage);
  });
});

describe('a page that names a passkey', () => {
  it.each<[string, string]>([
    ['of another device of its user', 'own'],
    ['of another person', 'someone else'],
  ])('cannot have one removed that is on %s', async (_what, whose) => {
    const stage = await activeStage();
    const ownerId = whose === 'own' ? stage.byAda.person.id : randomUUID();
    const other = newDevice(ownerId, { state: 'active' });
    await stage.store.transaction((transaction) => transaction.insertDevice(other));
    const foreign = newPasskey(other.id, { service: 'entra' });
    await stage.know(foreign);
    expect(await remove(stage, undefined, foreign.id)).toMatchObject({
      state: 'failed',
      error: named('DEVICE_NOT_ELIGIBLE'),
    });
    expect(stage.passkeys.find(({ id }) => id === foreign.id)).toMatchObject({ removalDueAt: null });
    expect([stage.services.entra.removed, stage.fido.credentials.length]).toEqual([[], 1]);
  });

  it.each(['', 'no such id', undefined])('gets none removed for %p', async (subject) => {
    const stage = await activeStage();
    const answer = await stage.start('remove-passkey', subject);
    expect(answer).toMatchObject({ state: 'failed', error: named('DEVICE_NOT_ELIGIBLE'), step: null });
    expectUntouched(stage);
  });
});

describe('another card of the same batch', () => {
  /** Opens a session whose page and host claim Ada's device, while another card is in the reader. */
  async function lyingSession(stage: PasskeyStage, kind: string): Promise<OperationAnswer> {
    const { device: claimed } = stage.host.startRequest;
    // It was issued as well, by another CMS, and even claims the same serial number.
    const other = await PasskeyStage.open();
    expect(await other.relay()).toMatchObject(DONE);
    const host = await PlayedHost.open(other.card, ORIGIN, stage.cms.publishedKeys);
    await host.lie();
    stage.host = host;
    const proof = { at: new Date(), by: 'password', device: null };
    const subject = stage.passkeys[0]?.id ?? '';
    const start = { ...host.startRequest, device: { ...claimed, id: host.startRequest.device.id }, kind, subject };
    let answer = await stage.cms.start({ ...stage.byAda, proof }, start);
    while (answer.step) answer = await stage.next(answer);
    return answer;
  }

  it.each(KINDS)('is not taken for the device: %s', async (kind) => {
    const stage = await activeStage();
    const answer = await lyingSession(stage, kind);
    expect(answer.state).not.toBe('done');
    expect(answer.error).not.toBeNull();
    expectUntouched(stage);
  });
});

describe('a policy that becomes stricter in the middle', () => {
  it.each<[string, Parameters<PasskeyStage['changePolicy']>[0], string]>([
    ['no longer names the service', { services: ['entra'] }, 'PASSKEY_FORBIDDEN'],
    ['no longer allows the way', { services: ['entra', 'portal'], ways: ['window'] }, 'PASSKEY_FORBIDDEN'],
  ])('refuses the passkey if it %s, which is deleted again', async (_what, stricter, code) => {
    const stage = await activeStage();
    const order = await add(stage, 'passkey');
    await stage.changePolicy(stricter);
    expect(await stage.relayOn(await stage.next(order))).toMatchObject({ state: 'failed', error: named(code) });
    expect([stage.services.portal.registered.size, stage.fido.credentials.length]).toEqual([0, 1]);
    expect(servicesOf(stage)).toEqual(['entra']);
  });

  it('has a passkey removed that its service had accepted before, once the addition is continued', async () => {
    const stage = await activeStage();
    const { portal } = stage.services;
    const finish = portal.finish.bind(portal);
    portal.finish = async (...answer) => {
      portal.finish = finish;
      await finish(...answer);
      throw new Error('the portal ends');
    };
    await expect(add(stage)).rejects.toThrow('the portal ends');
    await stage.changePolicy({ services: ['entra', 'portal'], ways: ['window'] });
    await stage.reinsert();
    expect(await add(stage)).toMatchObject({ state: 'failed', error: named('PASSKEY_FORBIDDEN') });
    expect(await stage.cms.removeDuePasskeys()).toBe(1);
    expect(portal.registered.size).toBe(0);
    expect(servicesOf(stage)).toEqual(['entra']);
  });

  it('keeps unattested passkeys from a security key that was active as proved', async () => {
    const stage = await activeStage({ model: 'fido2', policy: { unprovenKeys: 'supervised' } });
    expect(stage.device).toMatchObject({ state: 'active', proof: 'attested' });
    stage.services.portal.attested = false;
    expect(await add(stage)).toMatchObject({ state: 'failed', error: named('PASSKEY_REFUSED') });
    expect(servicesOf(stage)).toEqual(['entra']);
    expect(stage.device).toMatchObject({ state: 'active', proof: 'attested' });
    expect(await stage.cms.removeDuePasskeys()).toBe(1);
    expect(stage.services.portal.registered.size).toBe(0);
  });
});

describe('an operator who terminates the device in the middle', () => {
  const terminate = (stage: PasskeyStage) => actOn(stage, OLGA, 'terminate', stage.device?.id ?? '');

  it('ends a removal, and each passkey is removed once', async () => {
    const stage = await activeStage();
    await add(stage);
    await stage.reinsert();
    const order = await remove(stage, 'delete-passkey');
    await terminate(stage);
    expect(await stage.next(order)).toMatchObject({ state: 'failed', error: named('DEVICE_STATE') });
    expect(await stage.cms.removeDuePasskeys()).toBe(1);
    expect([stage.services.entra.removed.length, stage.services.portal.removed.length]).toEqual([1, 1]);
  });

  it('ends an addition whose passkey a service may have accepted, and it is removed there', async () => {
    const stage = await activeStage();
    const { portal } = stage.services;
    const finish = portal.finish.bind(portal);
    portal.finish = async (...answer) => {
      portal.finish = finish;
      await finish(...answer);
      throw new Error('the portal ends');
    };
    await expect(add(stage)).rejects.toThrow('the portal ends');
    await terminate(stage);
    // The page never brings anything again.
    expect(await stage.cms.removeDuePasskeys()).toBe(2);
    expect([stage.services.entra.registered.size, portal.registered.size]).toEqual([0, 0]);
  });
});

describe('two tabs at once', () => {
  it('add one passkey: the session that began first is over', async () => {
    const stage = await activeStage();
    const first = await add(stage, 'passkey');
    const outcomes = await stage.host.run(first.step?.jws ?? '');
    await stage.reinsert();
    const second = await stage.start('add-passkey');
    await expect(stage.bring(first, outcomes)).rejects.toMatchObject({ code: 'OPERATION_MOVED' });
    expect(await stage.relayOn(second)).toMatchObject(DONE);
    expect(servicesOf(stage)).toEqual(['entra', 'portal']);
    expect(stage.services.portal.registered.size).toBe(1);
  });

  it('remove two passkeys one after the other, and lose none of the orders', async () => {
    const stage = await activeStage();
    await add(stage);
    await stage.reinsert();
    const [one, other] = stage.passkeys.map(({ id }) => id);
    await remove(stage, 'delete-passkey', one);
    await stage.reinsert();
    expect(await remove(stage, undefined, other)).toMatchObject(DONE);
    expect([stage.services.entra.registered.size, stage.services.portal.registered.size]).toEqual([0, 0]);
    expect(servicesOf(stage)).toEqual([]);
  });
});

describe('a host', () => {
  it('deletes no passkey of a relying party that the administrator does not allow to the site', async () => {
    const stage = await activeStage();
    stage.host = await PlayedHost.open(stage.card, ORIGIN, stage.cms.publishedKeys);
    expect((await remove(stage)).error).toMatchObject(named('RP_NOT_ALLOWED'));
    expect(stage.fido.credentials).toHaveLength(1);
  });

  it('deletes nothing for a script in the page', async () => {
    const stage = await activeStage();
    const [credential] = stage.fido.credentials;
    const ask = stage.host.ask('fido.deleteCredential', {
      rpId: credential?.rpId ?? '',
      credential: credential?.id ?? '',
      origin: 'https://login.example.net',
      secrets: { fidoPin: { source: 'user' } },
    });
    await expect(ask).rejects.toMatchObject({ code: 'STEP_REQUIRED' });
    expect(stage.fido.credentials).toHaveLength(1);
  });

  it('learns nothing that another could use: no PIN is in what the CMS stores', async () => {
    const stage = await activeStage();
    await add(stage);
    await stage.reinsert();
    await remove(stage);
    expect(JSON.stringify(stage.store.contents())).not.toContain('852074');
  });
});
