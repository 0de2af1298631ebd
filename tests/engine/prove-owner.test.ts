import { webcrypto } from 'node:crypto';
import { proveOwner } from '@cardwright/cms';
import { CardKey } from '@cardwright/cms/keys';
import type { Person } from '@cardwright/cms/store';
import { CardwrightError } from '@cardwright/protocol';
import type { OperationAnswer } from '@cardwright/protocol/cms';
import { PROVE_OWNER } from '@cardwright/protocol/mobile';
import { readStep, type CommandOutcome } from '@cardwright/protocol/steps';
import { afterEach, describe, expect, it } from '@jest/globals';
import { newCertificate, newDevice, NO_CHANGES } from '../integration/store/rows.js';
import { actOn } from '../support/engine/operator-action.js';
import { keyPairIn, makeKey, requestBy } from '../support/host-and-card/card-program.js';
import type { PlayedHost } from '../support/host-and-card/played-host.js';
import { ADA, ToyStage } from './support/toy-stage.js';
import { everyOrOneIn } from '../support/thorough.js';

const OLGA: Person = { ...ADA, id: 'olga', username: 'olga' };
const DAY = 24 * 60 * 60 * 1000;

let clock = 0;
afterEach(() => {
  clock = 0;
});

/** Opens a CMS with Ada's active YubiKey; `clock` moves its time. */
const stageWithDevice = (): Promise<ToyStage> =>
  ToyStage.issued({ operations: [proveOwner], now: () => new Date(Date.now() + clock) });

const lastOperation = (stage: ToyStage) => stage.store.contents().operations.at(-1);
const failedFor = (reason: string) => ({
  state: 'failed',
  error: { data: { name: 'OPERATION_FAILED', details: { reason } } },
  deviceState: 'active',
});
const named = (name: string) => ({ data: { name } });

/** Reads the challenge in the current step, as the user's own host can. */
async function challengeIn(stage: ToyStage, { step }: OperationAnswer): Promise<string> {
  const { commands } = await readStep(step?.jws ?? '', stage.cms.publishedKeys);
  const [command] = commands;
  expect(command).toMatchObject({
    method: 'csr.create',
    params: { slot: '9A', challenge: expect.any(String), secrets: { pin: { source: 'user' } } },
  });
  return String(command?.params.challenge);
}

const bring = (
  stage: ToyStage,
  { operation, step }: OperationAnswer,
  outcomes: readonly CommandOutcome[],
  person: Person = ADA,
) => stage.cms.continue({ person, language: 'en' }, operation, step?.number ?? 0, outcomes);

/** @param request base64url */
const csr = (request: string): CommandOutcome[] => [{ method: 'csr.create', result: { request } }];

const softwareKey = () =>
  webcrypto.subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-256' }, true, ['sign', 'verify']);

const requestWith = async (keys: webcrypto.CryptoKeyPair, challenge: string | null): Promise<CommandOutcome[]> =>
  csr(await requestBy(keys, PROVE_OWNER, challenge));

/** The card's key for logins. */
const keyOfCard = ({ card }: ToyStage) => keyPairIn(card, '9A');

describe('an active device', () => {
  it('proves that its owner is present, and is unchanged', async () => {
    const stage = await stageWithDevice();
    const { devices, certificates } = stage.store.contents();
    const onCard = [new Map(stage.card.certificates), new Map(stage.card.objects), new Map(stage.card.keys)];
    const host = await stage.newHost();
    const started = await stage.start(host, PROVE_OWNER, 'de');
    expect(started.phase.text).toBe('Wartet auf Ihre PIN');
    const before = Date.now();
    expect(await stage.next(host, started)).toMatchObject({ state: 'done', error: null, deviceState: 'active' });

    expect(host.executed).toEqual(['csr.create']);
    const { deviceId, updatedAt, ...row } = lastOperation(stage) ?? {};
    expect(row).toMatchObject({ kind: PROVE_OWNER, userId: ADA.id, status: 'done' });
    expect(deviceId).toBe(devices[0]?.id);
    expect(updatedAt?.getTime()).toBeGreaterThanOrEqual(before);
    expect(stage.store.contents()).toMatchObject({ devices, certificates });
    expect([stage.card.certificates, stage.card.objects, stage.card.keys]).toEqual(onCard);
    const { audit, events } = stage.store.contents();
    expect(audit.at(-1)).toMatchObject({ event: 'operation.finished', actor: ADA.username, deviceId });
    expect(JSON.stringify([audit, events, stage.store.contents().operations])).not.toContain(stage.card.pin);
  });

  it('proves it in another session with another challenge after it was pulled', async () => {
    const stage = await stageWithDevice();
    const first = await stage.newHost();
    first.pull = { method: 'csr.create', when: 'after' };
    const started = await stage.start(first, PROVE_OWNER);
    const old = await challengeIn(stage, started);
    expect(await stage.next(first, started)).toMatchObject({ state: 'running', error: named('CARD_REMOVED') });

    const again = await stage.start(await stage.newHost(), PROVE_OWNER);
    expect(again.operation).toBe(started.operation);
    expect(await challengeIn(stage, again)).not.toBe(old);
    // The lost signature is useless now.
    expect(await bring(stage, again, await requestWith(await keyOfCard(stage), old))).toMatchObject(
      failedFor('The certification request does not answer the challenge of this portal.'),
    );
  });

  it.each(
    everyOrOneIn<[CardwrightError, string]>(3, [
      [new CardwrightError('USER_CANCELLED'), 'cancelled'],
      [new CardwrightError('USER_TIMEOUT'), 'cancelled'],
      [new CardwrightError('PIN_INCORRECT', { retriesLeft: 2 }), 'cancelled'],
      [new CardwrightError('PIN_BLOCKED'), 'cancelled'],
      [new CardwrightError('LAST_TRY', { retriesLeft: 1 }), 'cancelled'],
      [new CardwrightError('WINDOW_NOT_ALLOWED'), 'running'],
      [new CardwrightError('KEY_MISSING'), 'failed'],
    ]),
  )('proves nothing after %s: the operation is %s', async (error, state) => {
    const stage = await stageWithDevice();
    const started = await stage.start(await stage.newHost(), PROVE_OWNER);
    const ended = await bring(stage, started, [{ method: 'csr.create', error: error.toWire() }]);
    expect(ended).toMatchObject({ state, error: named(error.code), deviceState: 'active' });
    expect(stage.device?.state).toBe('active');
  });
});

/** Forges the answer of the card, as the user's own host can. */
type Answer = (stage: ToyStage, challenge: string) => Promise<CommandOutcome[]>;

const OTHER_KEY = "The signature is not by the key of this device's certificate.";
const STALE = 'The certification request does not answer the challenge of this portal.';
const UNSIGNED = 'The certification request is not signed with its key.';

const ATTACKS: Readonly<Record<string, readonly [Answer, string]>> = {
  'a key in software': [async (_stage, challenge) => requestWith(await softwareKey(), challenge), OTHER_KEY],
  "the card's key of another slot": [
    async ({ card }, challenge) => {
      await makeKey(card, '9C');
      return requestWith(await keyPairIn(card, '9C'), challenge);
    },
    OTHER_KEY,
  ],
  'another active device of the same person': [
    async ({ store }, challenge) => {
      const keys = await softwareKey();
      const spki = await webcrypto.subtle.exportKey('spki', keys.publicKey);
      const other = newDevice(ADA.id, { serial: '2', state: 'active' });
      await store.transaction(async (transaction) => {
        await transaction.insertDevice(other);
        const certificate = newCertificate(other.id, { keyHash: CardKey.read(new Uint8Array(spki)).hash });
        await transaction.write({ ...NO_CHANGES, certificates: [certificate] });
      });
      return requestWith(keys, challenge);
    },
    OTHER_KEY,
  ],
  "the card's public key, signed in software": [
    async (stage, challenge) =>
      requestWith(
        { publicKey: (await keyOfCard(stage)).publicKey, privateKey: (await softwareKey()).privateKey },
        challenge,
      ),
    UNSIGNED,
  ],
  'what the card signed for an earlier proof': [
    async (stage) => requestWith(await keyOfCard(stage), 'QUFBQUFBQUFBQUFBQUFBQUFBQUFB'),
    STALE,
  ],
  'a request without a challenge': [async (stage) => requestWith(await keyOfCard(stage), null), STALE],
  'no request at all': [() => Promise.resolve(csr('MAMCAQE')), 'The certification request cannot be read.'],
};

describe("a host of the user's own", () => {
  it.each(Object.entries(ATTACKS))('proves nothing with %s', async (_name, [answer, reason]) => {
    const stage = await stageWithDevice();
    const started = await stage.start(await stage.newHost(), PROVE_OWNER);
    const outcomes = await answer(stage, await challengeIn(stage, started));
    expect(await bring(stage, started, outcomes)).toMatchObject(failedFor(reason));
    expect(lastOperation(stage)).toMatchObject({ status: 'failed' });
    // The right answer does not count any more either.
    const late = await requestWith(await keyOfCard(stage), await challengeIn(stage, started));
    await expect(bring(stage, started, late)).rejects.toMatchObject({ code: 'OPERATION_NOT_FOUND' });
  });

  it('has its results read once: repeated they get the same answer, others none', async () => {
    const stage = await stageWithDevice();
    const host = await stage.newHost();
    const started = await stage.start(host, PROVE_OWNER);
    const outcomes = await host.run(started.step?.jws ?? '');
    const done = await bring(stage, started, outcomes);
    const kept = stage.store.contents();
    expect(await bring(stage, started, outcomes)).toEqual(done);
    const others = await requestWith(await softwareKey(), await challengeIn(stage, started));
    await expect(bring(stage, started, others)).rejects.toMatchObject({ code: 'OPERATION_NOT_FOUND' });
    await expect(stage.cms.cancel({ person: ADA, language: 'en' }, started.operation)).resolves.toEqual(done);
    expect(stage.store.contents()).toEqual(kept);
  });

  it("cannot bring results to someone else's operation", async () => {
    const stage = await stageWithDevice();
    const host = await stage.newHost();
    const started = await stage.start(host, PROVE_OWNER);
    const outcomes = await host.run(started.step?.jws ?? '');
    await expect(bring(stage, started, outcomes, OLGA)).rejects.toMatchObject({ code: 'OPERATION_NOT_FOUND' });
    expect(lastOperation(stage)).toMatchObject({ status: 'running' });
  });
});

const startBy = (stage: ToyStage, host: PlayedHost, person: Person) =>
  stage.cms.start({ person, language: 'en' }, { ...host.startRequest, kind: PROVE_OWNER });
const refusedFor = (reason: string) => ({ code: 'DEVICE_NOT_ELIGIBLE', data: { reason } });

describe('a proof', () => {
  it('is refused by a device of someone else', async () => {
    const stage = await stageWithDevice();
    await expect(startBy(stage, await stage.newHost(), OLGA)).rejects.toMatchObject(
      refusedFor('This device belongs to someone else.'),
    );
  });

  it.each(['suspend', 'terminate'] as const)('is refused by a device after an operator did %s', async (action) => {
    const stage = await stageWithDevice();
    const host = await stage.newHost();
    await actOn(stage, OLGA, action, stage.device?.id ?? '');
    await expect(startBy(stage, host, ADA)).rejects.toMatchObject(refusedFor("The device's state doesn't allow this."));
  });

  it.each(['suspend', 'terminate'] as const)('is refused when an operator does %s meanwhile', async (action) => {
    const stage = await stageWithDevice();
    const host = await stage.newHost();
    const started = await stage.start(host, PROVE_OWNER);
    const outcomes = await host.run(started.step?.jws ?? '');
    await actOn(stage, OLGA, action, stage.device?.id ?? '');
    const state = await bring(stage, started, outcomes).then(
      (answer) => answer.state,
      () => 'moved',
    );
    expect(state).not.toBe('done');
    expect(lastOperation(stage)?.status).not.toBe('done');
  });

  it('is refused by a device with an expired certificate, and its owner reads why', async () => {
    const stage = await stageWithDevice();
    clock = 10 * 365 * DAY;
    const reason = 'This device has no valid certificate for signing in, so it cannot show that you are here.';
    expect(await stage.start(await stage.newHost(), PROVE_OWNER)).toMatchObject({
      state: 'failed',
      step: null,
      error: { data: { name: 'DEVICE_NOT_ELIGIBLE', details: { reason } } },
    });
    expect(lastOperation(stage)).toMatchObject({ kind: PROVE_OWNER, status: 'failed' });
  });

  it('is refused when the certificate expires between question and answer', async () => {
    const stage = await stageWithDevice();
    const host = await stage.newHost();
    const started = await stage.start(host, PROVE_OWNER);
    const outcomes = await host.run(started.step?.jws ?? '');
    clock = 10 * 365 * DAY;
    expect(await bring(stage, started, outcomes)).toMatchObject({
      state: 'failed',
      error: named('DEVICE_NOT_ELIGIBLE'),
    });
  });
});
