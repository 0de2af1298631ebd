import { webcrypto } from 'node:crypto';
import type { DevicePolicy } from '@cardwright/cms/policies';
import type { Slot } from '@cardwright/protocol/devices';
import { readStep, type CommandOutcome } from '@cardwright/protocol/steps';
import { describe, expect, it } from '@jest/globals';
import { startWith } from '../../support/forging.js';
import { actOn } from '../../support/engine/operator-action.js';
import { personOf } from '../../support/engine/people.js';
import { writeCertificate } from '../../support/host-and-card/card-memory.js';
import { makeKey, requestBy } from '../../support/host-and-card/card-program.js';
import { PlayedHost } from '../../support/host-and-card/played-host.js';
import { TestCard } from '../../support/host-and-card/test-card.js';
import { engineParts, ORIGIN } from '../support/engine-parts.js';
import { findFlaws, findUnfinished, NEW_KEY_SLOTS, publicKeyIn } from '../support/new-key-stage.js';
import { ALWAYS, certificatesIn, changeRules, standings, untilCommand } from '../support/renewal-stage.js';
import { differencesLeft, isUpdateOffered, updateStage } from '../support/update-stage.js';
import { expectRefused, STALE_PROOFS } from '../support/stale-proofs.js';
import type { ToyStage } from '../support/toy-stage.js';

/** Attacks: updates that the owner did not start, keys that are not the device's, keys of someone else's, and policies that change again. */

const OLGA = personOf('olga');
const BOB = personOf('bob');
const DONE = { state: 'done', error: null, deviceState: 'active' };
const GOOD = { '9A': ['good'], '9C': ['good'], '9D': ['good'], '9E': ['good'] };
const STRONG = { '9A': 'P-384', '9C': 'P-256', '9D': 'P-256', '9E': 'P-256' } as const;
const WITHOUT_9C = { '9A': 'P-256', '9D': 'P-256', '9E': 'P-256' } as const;
const WITHOUT_9D = { '9A': 'P-256', '9C': 'P-256', '9E': 'P-256' } as const;
const failedWith = (name: string) => ({ state: 'failed', error: { data: { name } }, deviceState: 'active' });

/** Ada's device, whose policy now wants another key in 9A. */
async function differing(slots: DevicePolicy['slots'] = STRONG): Promise<ToyStage> {
  const stage = await updateStage();
  await changeRules(stage, { slots });
  return stage;
}

/** Interrupts an update before the first command of this name. */
async function interrupt(stage: ToyStage, method: 'key.delete' | 'certificate.delete' | 'certificate.write') {
  const host = await stage.newHost();
  host.pull = { method, when: 'before' };
  const answer = await stage.relay(host, 'update');
  expect(answer).toMatchObject({ state: 'running', error: { data: { name: 'CARD_REMOVED' } } });
  return answer.operation;
}

describe('a session that its user left open, or a copy of its cookie', () => {
  it.each(STALE_PROOFS)('starts and resumes no update %s', async (_what, proofOf) => {
    const stage = await differing();
    const refused = () => expectRefused(stage, 'update', proofOf);
    await refused();
    await interrupt(stage, 'key.delete');
    const before = standings(stage);
    await refused();
    expect(standings(stage)).toEqual(before);
  });

  it.each([
    ['makes no key', STRONG],
    ['removes no certificate', WITHOUT_9C],
  ] as const)('%s without the PIN', async (_what, slots) => {
    const stage = await differing(slots);
    const certificates = new Map(stage.card.certificates);
    const keys = new Map(stage.card.keys);
    const host = await stage.newHost();
    host.user = () => '000000';
    expect(await stage.relay(host, 'update')).toMatchObject({
      state: 'cancelled',
      error: { data: { name: 'PIN_INCORRECT' } },
    });
    expect([standings(stage), stage.card.certificates, stage.card.keys]).toEqual([GOOD, certificates, keys]);
  });
});

describe('a device', () => {
  it('is updated for its owner alone', async () => {
    const stage = await differing();
    const { startRequest } = await stage.newHost();
    await expect(stage.cms.start(stage.by(BOB), { ...startRequest, kind: 'update' })).rejects.toMatchObject({
      code: 'DEVICE_NOT_ELIGIBLE',
    });
  });

  it.each(['suspend', 'terminate'] as const)('is not updated when an operator does %s meanwhile', async (action) => {
    const stage = await differing();
    const host = await stage.newHost();
    const out = await untilCommand(stage, host, 'update', 'key.generate');
    const outcomes = await host.run(out.step?.jws ?? '');
    await actOn(stage, OLGA, action, stage.device?.id ?? '', action === 'terminate' ? 'lost' : undefined);
    const answer = await stage.cms.continue(stage.by(), out.operation, out.step?.number ?? 0, outcomes);
    const state = action === 'suspend' ? 'suspended' : 'terminated';
    expect(answer).toMatchObject({ state: 'failed', error: { data: { name: 'DEVICE_STATE', details: { state } } } });
    expect(stage.store.contents().certificates.filter(({ revocationReason }) => revocationReason === null)).toEqual([]);
  });
});

describe('another card of the batch', () => {
  it('gets no key certified and loses nothing, whatever its host claims', async () => {
    const stage = await updateStage();
    const { vendor } = await engineParts();
    const other = new TestCard('yubikey', '10000002', vendor);
    const issuing = await PlayedHost.open(other, ORIGIN, stage.cms.publishedKeys);
    issuing.user = () => stage.card.pin;
    let answer = await stage.cms.start(stage.by(BOB), issuing.startRequest);
    while (answer.step) answer = await stage.nextOf(BOB, issuing, answer);
    expect(answer.deviceState).toBe('active');
    await changeRules(stage, { slots: { '9A': 'P-384', '9E': 'P-256' } });
    const { serial, guid, certificates } = (await stage.newHost()).startRequest.device;
    const theirs = await PlayedHost.open(other, ORIGIN, stage.cms.publishedKeys);
    theirs.user = () => stage.card.pin;
    await theirs.lie();
    const onOther = [new Map(other.certificates), new Map(other.keys)];
    const before = standings(stage);
    const claim = startWith(theirs, { serial, guid, certificates });
    const started = await stage.cms.start(stage.by(), { ...claim, kind: 'update' });
    expect(await stage.next(theirs, started)).toMatchObject(failedWith('OPERATION_FAILED'));
    expect([standings(stage), other.certificates, other.keys]).toEqual([before, ...onOther]);
  });
});

describe('a page or host that swaps the key', () => {
  const replace = (outcomes: CommandOutcome[], results: Record<string, Record<string, unknown>>): CommandOutcome[] =>
    outcomes.map((outcome) => {
      const result = results[outcome.method];
      return result ? { method: outcome.method, result } : outcome;
    });

  it('gets no certificate for one in software', async () => {
    const stage = await differing();
    const host = await stage.newHost();
    const out = await untilCommand(stage, host, 'update', 'key.generate');
    const { commands } = await readStep(out.step?.jws ?? '', stage.cms.publishedKeys);
    const challenge = String(commands.find(({ method }) => method === 'csr.create')?.params.challenge);
    const keys = await webcrypto.subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-384' }, true, ['sign', 'verify']);
    const publicKey = Buffer.from(await webcrypto.subtle.exportKey('spki', keys.publicKey)).toString('base64url');
    const forged = replace(await host.run(out.step?.jws ?? ''), {
      'key.generate': { publicKey },
      'csr.create': { request: await requestBy(keys, 'update', challenge) },
      'key.attest': { attestation: null },
    });
    const answer = await stage.cms.continue(stage.by(), out.operation, out.step?.number ?? 0, forged);
    expect(answer).toMatchObject(failedWith('ATTESTATION_MISSING'));
    expect(standings(stage)).toEqual(GOOD);
    expect(findFlaws(stage, [])).toEqual([]);
  });

  it('has every certificate superseded that was not read back when the update fails', async () => {
    const stage = await differing();
    const host = await stage.newHost();
    const out = await untilCommand(stage, host, 'update', 'certificate.write');
    const forged = replace(await host.run(out.step?.jws ?? ''), { 'certificate.read': { certificate: null } });
    const answer = await stage.cms.continue(stage.by(), out.operation, out.step?.number ?? 0, forged);
    expect(answer).toMatchObject(failedWith('READ_BACK_MISMATCH'));
    expect(standings(stage)['9A']?.at(-1)).toBe('superseded');
  });

  it('makes no certificate revoked by a removal that did not happen', async () => {
    const stage = await differing(WITHOUT_9C);
    const host = await stage.newHost();
    const out = await untilCommand(stage, host, 'update', 'certificate.delete');
    const certificate = certificatesIn(stage, '9C')[0]?.der ?? '';
    const forged = replace(await host.run(out.step?.jws ?? ''), { 'certificate.read': { certificate } });
    const answer = await stage.cms.continue(stage.by(), out.operation, out.step?.number ?? 0, forged);
    expect(answer).toMatchObject(failedWith('READ_BACK_MISMATCH'));
    expect(standings(stage)).toEqual(GOOD);
    expect(await stage.relay(await stage.newHost(), 'update')).toMatchObject(DONE);
    expect(standings(stage)['9C']).toEqual(['cessationOfOperation']);
  });
});

describe('a card that confirms a deletion that it has not made', () => {
  it('is asked once more', async () => {
    const stage = await differing(WITHOUT_9C);
    const host = await stage.newHost();
    const out = await untilCommand(stage, host, 'update', 'key.delete');
    stage.card.arm({ kind: 'status', at: 1, statusWord: 0x9000 });
    const again = await stage.next(host, out);
    expect([again.error, publicKeyIn(stage.card, '9C')]).toEqual([null, expect.any(String)]);
    expect(await stage.next(host, again)).toMatchObject(DONE);
    expect(publicKeyIn(stage.card, '9C')).toBeUndefined();
  });
});

describe('a slot that fell away', () => {
  it("keeps a key of someone else's", async () => {
    const stage = await differing(WITHOUT_9C);
    await makeKey(stage.card, '9C');
    const own = publicKeyIn(stage.card, '9C');
    expect(await stage.relay(await stage.newHost(), 'update')).toMatchObject(DONE);
    expect(publicKeyIn(stage.card, '9C')).toBe(own);
    expect(stage.card.certificates.has('9C')).toBe(false);
    expect(standings(stage)['9C']).toEqual(['cessationOfOperation']);
  });

  it("keeps a key of someone else's with its certificate", async () => {
    const stage = await differing(WITHOUT_9C);
    await makeKey(stage.card, '9C');
    const theirs = certificatesIn(stage, '9A')[0]?.der ?? '';
    writeCertificate(stage.card.state, '9C', theirs);
    const own = publicKeyIn(stage.card, '9C');
    expect(await stage.relay(await stage.newHost(), 'update')).toMatchObject(DONE);
    expect(publicKeyIn(stage.card, '9C')).toBe(own);
    expect(stage.card.certificates.get('9C')).toBe(theirs);
    expect(standings(stage)['9C']).toEqual(['cessationOfOperation']);
  });

  it("does not retire a key of someone else's from 9D", async () => {
    const stage = await differing(WITHOUT_9D);
    await makeKey(stage.card, '9D');
    const own = publicKeyIn(stage.card, '9D');
    expect(await stage.relay(await stage.newHost(), 'update')).toMatchObject(DONE);
    expect(publicKeyIn(stage.card, '9D')).toBe(own);
    expect([...stage.card.retired.keys()]).toEqual([]);
  });

  it('gives up a damaged certificate', async () => {
    const stage = await differing(WITHOUT_9C);
    stage.card.damageCertificate('9C');
    expect(await stage.relay(await stage.newHost(), 'update')).toMatchObject(DONE);
    expect(stage.card.certificates.has('9C')).toBe(false);
    expect(stage.card.keys.has('9C')).toBe(false);
  });
});

/** Changes in the middle, each with the command before which the update is interrupted. */
const CHANGES: readonly [string, 'key.delete' | 'certificate.delete' | 'certificate.write', DevicePolicy['slots']][] = [
  ['wants yet another algorithm', 'key.delete', { '9A': 'P-256', '9C': 'P-384', '9D': 'P-256', '9E': 'P-256' }],
  ['went back before the old key was deleted', 'key.delete', NEW_KEY_SLOTS],
  ['went back after the old key of 9D was retired', 'certificate.write', NEW_KEY_SLOTS],
  ['went back before a certificate was removed', 'certificate.delete', NEW_KEY_SLOTS],
  ['no longer has the slot whose key is replaced', 'key.delete', { '9C': 'P-256', '9D': 'P-256', '9E': 'P-256' }],
];
const FIRST = { '9A': 'P-384', '9D': 'P-384', '9E': 'P-256' } as const;

describe('a policy that changes in the middle', () => {
  it.each(CHANGES)('and %s is what the next session follows', async (_what, method, slots) => {
    const stage = await differing(FIRST);
    const old = publicKeyIn(stage.card, '9D') ?? '';
    await interrupt(stage, method);
    await changeRules(stage, { slots });
    expect(await stage.relay(await stage.newHost(), 'update')).toMatchObject(DONE);
    const wanted = (['9A', '9C', '9D', '9E'] as const).filter(
      (slot): slot is Slot & keyof typeof slots => slot in slots,
    );
    expect(findUnfinished(stage, wanted)).toEqual([]);
    expect(findFlaws(stage, [old])).toEqual([]);
    expect(await differencesLeft(stage)).toEqual([]);
    // A key that was made for a slot which the policy no longer has stays in 95, and the row names it for the next operation.
    expect(stage.card.retired.has('95')).toBe(stage.device?.stagedKey !== null);
  });

  it('and becomes stricter within a session does not end as done', async () => {
    const stage = await differing();
    const host = await stage.newHost();
    let answer = await untilCommand(stage, host, 'update', 'key.move');
    await changeRules(stage, { slots: { ...STRONG, '9C': 'P-384' } });
    while (answer.step) answer = await stage.next(host, answer);
    expect(answer).toMatchObject({
      ...failedWith('DEVICE_NOT_ELIGIBLE'),
      error: { data: { details: { reason: expect.stringMatching(/changed again/) } } },
    });
    expect(standings(stage)).toEqual({ ...GOOD, '9A': ['superseded', 'good'] });
    expect(await isUpdateOffered(stage)).toBe(true);
    expect(await stage.relay(await stage.newHost(), 'update')).toMatchObject(DONE);
    expect(findUnfinished(stage)).toEqual([]);
  });

  it('and no longer trusts the vendor certifies no new key', async () => {
    const stage = await differing();
    const host = await stage.newHost();
    let answer = await untilCommand(stage, host, 'update', 'key.generate');
    await changeRules(stage, { attestationRoots: [] });
    while (answer.step) answer = await stage.next(host, answer);
    expect(answer).toMatchObject(failedWith('ATTESTATION_UNTRUSTED'));
    expect(standings(stage)).toEqual(GOOD);
    expect(await isUpdateOffered(stage)).toBe(false);
  });
});

describe('two updates in two tabs', () => {
  it('are one: the tab that came first is told so, and each slot gets one new certificate', async () => {
    const stage = await differing();
    const first = await stage.newHost();
    const out = await untilCommand(stage, first, 'update', 'key.generate');
    const outcomes = await first.run(out.step?.jws ?? '');
    const second = await stage.newHost();
    let answer = await stage.start(second, 'update');
    expect(answer.operation).toBe(out.operation);
    const late = stage.cms.continue(stage.by(), out.operation, out.step?.number ?? 0, outcomes);
    await expect(late).rejects.toMatchObject({ code: 'OPERATION_MOVED' });
    await expect(stage.cms.cancel(stage.by(), out.operation, first.session)).rejects.toMatchObject({
      code: 'OPERATION_MOVED',
    });
    while (answer.step) answer = await stage.next(second, answer);
    expect(answer).toMatchObject(DONE);
    expect(standings(stage)['9A']).toEqual(['superseded', 'good']);
    expect(findUnfinished(stage)).toEqual([]);
  });
});

describe('an update beside a renewal', () => {
  it.each([
    ['update', 'renew'],
    ['renew', 'update'],
  ])('ends when a %s is interrupted and a %s takes the device', async (former, next) => {
    const newKeys = { '9A': 'new-key', '9C': 'new-key', '9D': 'new-key', '9E': 'new-key' } as const;
    const stage = await updateStage({ policy: { renewalDays: ALWAYS, renewedKeys: newKeys } });
    const old = publicKeyIn(stage.card, '9D') ?? '';
    await changeRules(stage, { slots: STRONG });
    const host = await stage.newHost();
    host.pull = { method: 'key.delete', when: 'unanswered' };
    await stage.relay(host, former);
    expect(findFlaws(stage, [old])).toEqual([]);
    expect(await stage.relay(await stage.newHost(), next)).toMatchObject(DONE);
    expect(stage.running).toEqual([]);
    expect(findFlaws(stage, [old])).toEqual([]);
    expect(findUnfinished(stage)).toEqual([]);
    expect(stage.card.retired.has('95')).toBe(false);
  });
});
