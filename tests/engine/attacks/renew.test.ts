import { webcrypto } from 'node:crypto';
import type { DevicePolicy } from '@cardwright/cms/policies';
import type { OperationAnswer } from '@cardwright/protocol/cms';
import { readStep, type CommandOutcome } from '@cardwright/protocol/steps';
import { describe, expect, it } from '@jest/globals';
import { startWith } from '../../support/forging.js';
import { actOn } from '../../support/engine/operator-action.js';
import { personOf } from '../../support/engine/people.js';
import { keyPairIn, makeKey, requestBy } from '../../support/host-and-card/card-program.js';
import { PlayedHost } from '../../support/host-and-card/played-host.js';
import { TestCard } from '../../support/host-and-card/test-card.js';
import { engineParts, ORIGIN } from '../support/engine-parts.js';
import {
  certificatesIn,
  changeRules,
  dueStage,
  GIVEN_UP,
  hasGoodOnes,
  RENEWED,
  standings,
  untilStep,
  UNTOUCHED,
} from '../support/renewal-stage.js';
import { expectRefused, STALE_PROOFS } from '../support/stale-proofs.js';
import type { ToyStage } from '../support/toy-stage.js';
import { everyOrOneIn } from '../../support/thorough.js';

/** Attacks: certificates for keys that are not the device's, renewals that its owner did not start, and policies that no longer allow them. */

const HOUR = 60 * 60 * 1000;
const OLGA = personOf('olga');
const BOB = personOf('bob');
const REQUESTS = 'renewal-pin';
const DONE = { state: 'done', error: null, deviceState: 'active' };
const failedWith = (name: string) => ({ state: 'failed', error: { data: { name } }, deviceState: 'active' });

/** Interrupts a renewal when its new certificates are on hold, and none of them is on the card. */
async function interrupt(stage: ToyStage): Promise<string> {
  const host = await stage.newHost();
  host.pull = { method: 'certificate.write', when: 'before' };
  return (await stage.relay(host, 'renew')).operation;
}

describe('a session that its user left open, or a copy of its cookie', () => {
  it.each(STALE_PROOFS)('starts and resumes no renewal %s', async (_what, proofOf) => {
    const stage = await dueStage();
    const refused = () => expectRefused(stage, 'renew', proofOf);
    await refused();
    expect(standings(stage)).toEqual(UNTOUCHED);
    await interrupt(stage);
    const before = standings(stage);
    await refused();
    expect(standings(stage)).toEqual(before);
  });

  it('renews nothing without the PIN', async () => {
    const stage = await dueStage();
    const host = await stage.newHost();
    host.user = () => '000000';
    expect(await stage.relay(host, 'renew')).toMatchObject({
      state: 'cancelled',
      error: { data: { name: 'PIN_INCORRECT' } },
    });
    expect(standings(stage)).toEqual(UNTOUCHED);
  });
});

describe('a device', () => {
  it('is renewed for its owner alone', async () => {
    const stage = await dueStage();
    const { startRequest } = await stage.newHost();
    await expect(stage.cms.start(stage.by(BOB), { ...startRequest, kind: 'renew' })).rejects.toMatchObject({
      code: 'DEVICE_NOT_ELIGIBLE',
    });
  });

  it.each(['suspend', 'terminate'] as const)('is not renewed when an operator does %s meanwhile', async (action) => {
    const stage = await dueStage();
    const host = await stage.newHost();
    const out = await untilStep(stage, host, 'renewal-certificates');
    const witnessed = await stage.next(host, out);
    const outcomes = await host.run(witnessed.step?.jws ?? '');
    await actOn(stage, OLGA, action, stage.device?.id ?? '', action === 'terminate' ? 'lost' : undefined);
    const answer = await stage.cms.continue(stage.by(), witnessed.operation, witnessed.step?.number ?? 0, outcomes);
    const state = action === 'suspend' ? 'suspended' : 'terminated';
    expect(answer).toMatchObject({ state: 'failed', error: { data: { name: 'DEVICE_STATE', details: { state } } } });
    const good = stage.store.contents().certificates.filter(({ revocationReason }) => revocationReason === null);
    expect(good).toEqual([]);
  });
});

/** Makes the answer of a host of the user's own to the request for the certificate in 9A. */
type Swap = (stage: ToyStage, challenge: string) => Promise<string>;

const softwareKeys = () =>
  webcrypto.subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-256' }, true, ['sign', 'verify']);

const SWAPS: Readonly<Record<string, Swap>> = {
  'a key in software': async (_stage, challenge) => requestBy(await softwareKeys(), 'renewal', challenge),
  'the key of another slot': async ({ card }, challenge) =>
    requestBy(await keyPairIn(card, '9C'), 'renewal', challenge),
  'a new key in the same slot': async ({ card }, challenge) => {
    await makeKey(card, '9A');
    return requestBy(await keyPairIn(card, '9A'), 'renewal', challenge);
  },
  "the card's public key, signed in software": async ({ card }, challenge) =>
    requestBy(
      { publicKey: (await keyPairIn(card, '9A')).publicKey, privateKey: (await softwareKeys()).privateKey },
      'renewal',
      challenge,
    ),
  'what the card signed for an earlier renewal': async ({ card }) =>
    requestBy(await keyPairIn(card, '9A'), 'renewal', 'QUFBQUFBQUFBQUFBQUFBQUFBQUFB'),
  'no challenge': async ({ card }) => requestBy(await keyPairIn(card, '9A'), 'renewal', null),
};

/** Reads the challenge of the step that is out. */
async function challengeIn(stage: ToyStage, { step }: OperationAnswer): Promise<string> {
  const { commands } = await readStep(step?.jws ?? '', stage.cms.publishedKeys);
  return String(commands.find(({ method }) => method === 'csr.create')?.params.challenge);
}

describe('a page or host that swaps the key between proof and request', () => {
  it.each(Object.entries(SWAPS))('gets no certificate for %s', async (_name, swap) => {
    const stage = await dueStage();
    const host = await stage.newHost();
    const out = await untilStep(stage, host, REQUESTS);
    const outcomes = await host.run(out.step?.jws ?? '');
    const request = await swap(stage, await challengeIn(stage, out));
    const at = outcomes.findIndex(({ method }) => method === 'csr.create');
    const forged = outcomes.with(at, { method: 'csr.create', result: { request } });
    expect(await stage.cms.continue(stage.by(), out.operation, out.step?.number ?? 0, forged)).toMatchObject(
      failedWith('OPERATION_FAILED'),
    );
    expect(standings(stage)).toEqual(UNTOUCHED);
  });

  it('cannot exchange the requests of two slots', async () => {
    const stage = await dueStage();
    const host = await stage.newHost();
    const out = await untilStep(stage, host, REQUESTS);
    const exchange = ([pin, first, second, ...rest]: CommandOutcome[]): CommandOutcome[] =>
      pin && first && second ? [pin, second, first, ...rest] : [];
    expect(await stage.next(host, out, 'en', exchange)).toMatchObject(failedWith('OPERATION_FAILED'));
    expect(standings(stage)).toEqual(UNTOUCHED);
  });
});

describe('another card of the batch', () => {
  /** Issues Bob's card, and opens it in a host that runs any step. */
  async function batch() {
    const stage = await dueStage();
    const { vendor } = await engineParts();
    const other = new TestCard('yubikey', '10000002', vendor);
    const issuing = await PlayedHost.open(other, ORIGIN, stage.cms.publishedKeys);
    issuing.user = () => stage.card.pin;
    let answer = await stage.cms.start(stage.by(BOB), issuing.startRequest);
    while (answer.step) answer = await stage.nextOf(BOB, issuing, answer);
    expect(answer.deviceState).toBe('active');
    const mine = await stage.newHost();
    const { serial, guid, certificates } = mine.startRequest.device;
    const theirs = await PlayedHost.open(other, ORIGIN, stage.cms.publishedKeys);
    theirs.user = () => stage.card.pin;
    await theirs.lie();
    return { stage, other, theirs, claim: { serial, guid, certificates } };
  }
  const ofAda = ({ store, device }: ToyStage) =>
    store
      .contents()
      .certificates.filter(({ deviceId }) => deviceId === device?.id)
      .map(({ slot, revocationReason }) => `${slot} ${revocationReason ?? 'good'}`)
      .sort();

  it('cannot renew the certificates of the first, whatever its host claims', async () => {
    const { stage, other, theirs, claim } = await batch();
    const onOther = new Map(other.certificates);
    const started = await stage.cms.start(stage.by(), { ...startWith(theirs, claim), kind: 'renew' });
    expect(await stage.next(theirs, started)).toMatchObject(failedWith('OPERATION_FAILED'));
    expect(ofAda(stage)).toEqual(['9A good', '9C good', '9E good']);
    expect(other.certificates).toEqual(onOther);
  });

  it('cannot continue what the first has begun', async () => {
    const { stage, other, theirs, claim } = await batch();
    await interrupt(stage);
    const onOther = new Map(other.certificates);
    const started = await stage.cms.start(stage.by(), { ...startWith(theirs, claim), kind: 'renew' });
    expect(await stage.next(theirs, started)).toMatchObject(failedWith('OPERATION_FAILED'));
    expect(ofAda(stage)).toEqual(['9A good', '9A superseded', '9C good', '9C superseded', '9E good', '9E superseded']);
    expect(other.certificates).toEqual(onOther);
  });
});

describe('a host that lies about what it wrote', () => {
  const lie =
    (result: Record<string, unknown>) =>
    (outcomes: CommandOutcome[]): CommandOutcome[] =>
      outcomes.map((outcome) => (outcome.method === 'certificate.read' ? { method: outcome.method, result } : outcome));

  it.each<[string, (stage: ToyStage) => Record<string, unknown>]>([
    ['nothing', () => ({ certificate: null })],
    ['the former certificate', (stage) => ({ certificate: certificatesIn(stage, '9A')[0]?.der ?? '' })],
  ])('does not make a certificate good by reading back %s', async (_what, result) => {
    const stage = await dueStage();
    const host = await stage.newHost();
    const answer = await stage.relay(host, 'renew', 'en', lie(result(stage)));
    expect(answer).toMatchObject(failedWith('READ_BACK_MISMATCH'));
    expect(standings(stage)).toEqual(GIVEN_UP);
    expect(await stage.relay(await stage.newHost(), 'renew')).toMatchObject(DONE);
    expect(hasGoodOnes(stage)).toBe(true);
  });
});

const NEW_KEYS = 'P-384';

describe('a policy that becomes stricter in the middle', () => {
  const STRICTER: Readonly<Record<string, readonly [Partial<DevicePolicy>, string]>> = {
    'no longer trusts the vendor': [{ attestationRoots: [] }, 'ATTESTATION_UNTRUSTED'],
    'no longer trusts the vendor, and has such devices approved': [
      { attestationRoots: [], unprovenKeys: 'supervised' },
      'ATTESTATION_UNTRUSTED',
    ],
    'wants other keys': [{ slots: { '9A': NEW_KEYS, '9C': NEW_KEYS, '9E': NEW_KEYS } }, 'DEVICE_NOT_ELIGIBLE'],
  };

  /** The changes, of which the moments below draw different ones. */
  const changesFrom = (first: number) => {
    const all = Object.entries(STRICTER);
    return [...all.slice(first), ...all.slice(0, first)];
  };

  it.each(everyOrOneIn(3, changesFrom(0)))('certifies no key if it %s', async (_what, [changes, error]) => {
    const stage = await dueStage();
    const host = await stage.newHost();
    const out = await untilStep(stage, host, REQUESTS);
    await changeRules(stage, changes);
    expect(await stage.next(host, out)).toMatchObject(failedWith(error));
    expect(standings(stage)).toEqual(UNTOUCHED);
  });

  it.each(everyOrOneIn(3, changesFrom(1)))('makes no certificate good if it %s', async (_what, [changes, error]) => {
    const stage = await dueStage();
    const host = await stage.newHost();
    const witness = await untilStep(stage, host, 'renewal-certificates');
    const out = await stage.next(host, witness);
    await changeRules(stage, changes);
    expect(await stage.next(host, out)).toMatchObject(failedWith(error));
    expect(standings(stage)).toEqual(GIVEN_UP);
  });

  it.each(everyOrOneIn(3, changesFrom(2)))('resumes no renewal if it %s', async (_what, [changes, error]) => {
    const stage = await dueStage();
    await interrupt(stage);
    await changeRules(stage, changes);
    expect(await stage.relay(await stage.newHost(), 'renew')).toMatchObject(failedWith(error));
    expect(standings(stage)).toEqual(GIVEN_UP);
  });

  it('has the certificates issued again that would be good for longer', async () => {
    const stage = await dueStage();
    await interrupt(stage);
    await changeRules(stage, { certificateDays: 7 });
    expect(await stage.relay(await stage.newHost(), 'renew')).toMatchObject(DONE);
    expect(standings(stage)['9A']).toEqual(['superseded', 'superseded', 'good']);
    const [, , renewed] = certificatesIn(stage, '9A');
    const eightDaysOn = Date.now() + 8 * 24 * HOUR;
    expect(renewed?.notAfter.getTime()).toBeLessThan(eightDaysOn);
  });

  it('does not stop a renewal that was due when it began', async () => {
    const stage = await dueStage();
    await interrupt(stage);
    await changeRules(stage, { renewalDays: 1 });
    expect(await stage.relay(await stage.newHost(), 'renew')).toMatchObject(DONE);
    expect(standings(stage)).toEqual(RENEWED);
  });
});

describe('a policy that becomes weaker in the middle', () => {
  it('does not let a certificate say that its key is proved when the vendor is no longer trusted', async () => {
    const stage = await dueStage();
    await interrupt(stage);
    await changeRules(stage, { attestationRoots: [], unprovenKeys: 'allow' });
    expect(await stage.relay(await stage.newHost(), 'renew')).toMatchObject(DONE);
    expect(certificatesIn(stage, '9A').map(({ proof }) => proof)).toEqual(['attested', 'attested', 'not-proved']);
    expect(standings(stage)['9A']).toEqual(['superseded', 'superseded', 'good']);
    expect(stage.device?.proof).toBe('not-proved');
  });

  it('makes no key proved that never was', async () => {
    const stage = await dueStage({ model: 'piv' });
    await interrupt(stage);
    await changeRules(stage, { attestationRoots: [(await engineParts()).vendor.root] });
    expect(await stage.relay(await stage.newHost(), 'renew')).toMatchObject(DONE);
    expect(certificatesIn(stage, '9A').map(({ proof }) => proof)).toEqual(['not-proved', 'not-proved']);
  });
});

describe('two renewals in two tabs', () => {
  it('are one: the tab that came first is told so, and each slot gets one new certificate', async () => {
    const stage = await dueStage();
    const first = await stage.newHost();
    const out = await untilStep(stage, first, REQUESTS);
    const outcomes = await first.run(out.step?.jws ?? '');
    const second = await stage.newHost();
    const taken = await stage.start(second, 'renew');
    expect(taken.operation).toBe(out.operation);
    const late = stage.cms.continue(stage.by(), out.operation, out.step?.number ?? 0, outcomes);
    await expect(late).rejects.toMatchObject({ code: 'OPERATION_MOVED' });
    await expect(stage.cms.cancel(stage.by(), out.operation, first.session)).rejects.toMatchObject({
      code: 'OPERATION_MOVED',
    });
    let answer = taken;
    while (answer.step) answer = await stage.next(second, answer);
    expect(answer).toMatchObject(DONE);
    expect(standings(stage)).toEqual(RENEWED);
  });

  it('end with the first that is done: the other one cannot write an older certificate', async () => {
    const stage = await dueStage();
    const first = await stage.newHost();
    const out = await stage.next(first, await untilStep(stage, first, 'renewal-certificates'));
    expect(await stage.relay(await stage.newHost(), 'renew')).toMatchObject(DONE);
    const late = stage.cms.continue(stage.by(), out.operation, out.step?.number ?? 0, []);
    await expect(late).rejects.toMatchObject({ code: 'OPERATION_MOVED' });
    expect(standings(stage)).toEqual(RENEWED);
    expect(hasGoodOnes(stage)).toBe(true);
  });

  it('get the same answer for the same results', async () => {
    const stage = await dueStage();
    const host = await stage.newHost();
    const out = await stage.next(host, await untilStep(stage, host, 'renewal-certificates'));
    const outcomes = await host.run(out.step?.jws ?? '');
    const bring = () => stage.cms.continue(stage.by(), out.operation, out.step?.number ?? 0, outcomes);
    const [one, other] = await Promise.all([bring(), bring()]);
    expect(one).toEqual(other);
    expect(standings(stage)).toEqual(RENEWED);
  });
});
