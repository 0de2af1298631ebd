import { defineOperation, type PersonProof } from '@cardwright/cms/operations';
import type { Person } from '@cardwright/cms/store';
import { beforeEach, describe, expect, it } from '@jest/globals';
import { personOf } from '../support/engine/people.js';
import { actOn } from '../support/engine/operator-action.js';
import { ADA, ToyStage } from './support/toy-stage.js';
import { stamp } from './support/toy-operation.js';

const MINUTES = 5;
const MINUTE = 60_000;
const SECOND = 1000;
const BOB = personOf('bob');
const OLGA = { ...ADA, id: 'olga', username: 'olga' };

/** The toy operation, limited to people who have just proved who they are. */
const sealed = defineOperation({ ...stamp, kind: 'sealed-stamp', needsFreshProof: MINUTES });

let stage: ToyStage;
/** Milliseconds by which the CMS's clock is ahead. */
let clock: number;
beforeEach(async () => {
  clock = 0;
  stage = await ToyStage.issued({ operations: [sealed, stamp], now });
});

const now = (): Date => new Date(Date.now() + clock);
/** @param age in milliseconds */
const byPassword = (age = 0): PersonProof => ({ at: new Date(now().getTime() - age), by: 'password', device: null });
const byPasskeyOf = (device: string): PersonProof => ({ at: now(), by: 'passkey', device });

const byUnknownPasskey = (): PersonProof => ({ at: now(), by: 'passkey', device: null });

const wantsProof = expect.objectContaining({ code: 'LOGIN_REQUIRED', data: { fresh: true } });

const deviceId = (): string => stage.device?.id ?? '';

async function start(proof: PersonProof | undefined, kind = 'sealed-stamp', person: Person = ADA) {
  const host = await stage.newHost();
  return stage.cms.start({ person, language: 'en', proof }, { ...host.startRequest, kind });
}

describe('an operation that needs a fresh proof of who its user is', () => {
  it.each<[string, () => PersonProof | undefined]>([
    ['without a proof', () => undefined],
    ['with a proof that is a second too old', () => byPassword(MINUTES * MINUTE + SECOND)],
    ['with a proof from the future', () => byPassword(-MINUTE - 10 * SECOND)],
    ['with a proof whose date is none', () => ({ ...byPassword(), at: new Date(NaN) })],
    ['with the passkey of the very device', () => byPasskeyOf(deviceId())],
    [
      'with a passkey of a security key that may be the very device',
      () => ({ ...byUnknownPasskey(), isSecurityKey: true }),
    ],
  ])('is refused %s, and nothing is changed', async (_what, proof) => {
    const before = stage.store.contents();
    await expect(start(proof())).rejects.toEqual(wantsProof);
    const after = stage.store.contents();
    expect(after.operations).toEqual(before.operations);
    expect(after.devices).toEqual(before.devices);
    expect(after.audit).toEqual(before.audit);
  });

  it.each<[string, () => PersonProof]>([
    ['with a password of the last minutes', () => byPassword(MINUTES * MINUTE - 10 * SECOND)],
    ['with a proof that a clock noted which is a little ahead', () => byPassword(-MINUTE)],
    ['with the passkey of another device', () => byPasskeyOf('another-device')],
    ['with a passkey in a computer or a phone', () => ({ ...byUnknownPasskey(), isSecurityKey: false })],
    ['with another means of the CMS', () => ({ ...byPassword(), by: 'smart-card-at-the-counter' })],
  ])('starts %s', async (_what, proof) => {
    expect(await start(proof())).toMatchObject({ state: 'running', step: expect.anything() });
  });

  it('does not end a running operation on the device when the proof is missing', async () => {
    await start(undefined, 'stamp');
    await expect(start(undefined)).rejects.toEqual(wantsProof);
    expect(stage.running).toEqual(['stamp']);
  });

  it('asks again in another session, but never in the same one', async () => {
    const host = await stage.newHost();
    const requester = { person: ADA, language: 'en', proof: byPassword() } as const;
    const answer = await stage.cms.start(requester, { ...host.startRequest, kind: 'sealed-stamp' });
    clock = 2 * MINUTES * MINUTE;
    expect(await stage.next(host, answer)).toMatchObject({ state: 'running', step: expect.anything() });
    await expect(start(requester.proof)).rejects.toEqual(wantsProof);
    expect(await start(byPassword())).toMatchObject({ operation: answer.operation, state: 'running' });
  });

  it.each<[string, () => PersonProof | undefined]>([
    ['without a proof', () => undefined],
    ['with a fresh one', () => byPassword()],
  ])('refuses a device of someone else as theirs, %s', async (_what, proofNow) => {
    const proof = proofNow();
    const refused = await start(proof, 'sealed-stamp', BOB).catch((error: unknown) => error);
    expect(refused).toMatchObject({ code: 'DEVICE_NOT_ELIGIBLE' });
    expect(refused).toEqual(await start(proof, 'stamp', BOB).catch((error: unknown) => error));
  });

  it('tells why a device does not allow it before it asks for a proof', async () => {
    await actOn(stage, OLGA, 'suspend', deviceId());
    await expect(start(undefined)).rejects.toMatchObject({ code: 'DEVICE_NOT_ELIGIBLE' });
  });

  it('is judged without a proof, so that a device can be chosen first', async () => {
    const { device } = (await stage.newHost()).startRequest;
    const judged = await stage.cms.judge({ person: ADA, language: 'en' }, 'sealed-stamp', [device]);
    expect(judged).toMatchObject([{ action: 'start', reason: null }]);
  });

  it('does not affect other operations', async () => {
    expect(await start(undefined, 'stamp')).toMatchObject({ state: 'running' });
  });
});

it.each([0, -5, NaN, Infinity])('cannot be defined with a proof of %d minutes', (needsFreshProof) => {
  expect(() => defineOperation({ ...stamp, needsFreshProof })).toThrow('operation stamp wants a proof of');
});
