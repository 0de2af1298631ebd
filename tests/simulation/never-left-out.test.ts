// Alone proves: each safeguard that a sample of the sweep may miss, such as reading back what was written.
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { runCase, type FaultCase } from './support/fault-case.js';
import type { FaultName } from './support/faults.js';
import { KeyPool } from './support/key-pool.js';
import { MemoryCms } from './support/memory-cms.js';
import { findFlaws, findLosses } from './support/soundness.js';
import { StartingPoints } from './support/starting-points.js';
import type { Subject } from './support/swept-operations.js';
import { Workplace } from './support/workplace.js';
import { everyOrOneIn, everyOrSome } from '../support/thorough.js';

/**
 * Safeguards that no operation may omit, each with the case that proves it. The sweep draws from many cases and may miss it; without
 * the safeguard a test of this file fails.
 */

const CHANGE_REFERENCE_DATA = 0x24;
const RESET_RETRY_COUNTER = 0x2c;
const PUK = 0x81;
/** APDUs before and after a write at which a transaction may concern it. */
const NEAR = 2;
/** Instructions of SP 800-73-4 and of Yubico that change something on a card. */
const WRITING: readonly number[] = [CHANGE_REFERENCE_DATA, RESET_RETRY_COUNTER, 0x47, 0xdb, 0xff];
const DONE = { kind: 'answered', answer: { state: 'done', deviceState: 'active', error: null } };

const points = new StartingPoints();
const pool = new KeyPool();
let cms: MemoryCms;
beforeAll(async () => {
  cms = await MemoryCms.open({ algorithm: 'P-256' });
});
afterAll(async () => {
  await points.close();
  await cms.close();
});

/** Returns the numbers of an undisturbed operation's APDUs: of all, or only of those that write. */
async function apdusOf(subject: Subject, kind: string, only: readonly number[] | null = WRITING): Promise<number[]> {
  const workplace = await (await points.of(subject)).open();
  expect(await workplace.session(kind)).toMatchObject(DONE);
  const { history, arrived } = workplace.card;
  return history
    .filter(({ number, ins }) => number <= arrived && (only === null || only.includes(ins)))
    .map(({ number }) => number);
}

async function outcomesOf(subject: Subject, fault: FaultName, apdus: readonly number[]): Promise<string[]> {
  const told: string[] = [];
  for (const apdu of new Set(apdus)) {
    const one: FaultCase = { ...subject, faults: [{ fault, apdu }] };
    const { outcome, problems, story } = await runCase(points, one);
    told.push(outcome === 'lost' ? `lost at ${apdu}: ${problems.join('; ')} [${story.join(' → ')}]` : outcome);
  }
  return told;
}

const lost = (outcomes: readonly string[]): string[] => outcomes.filter((outcome) => outcome.startsWith('lost'));

/** Issues a device of a profile. */
async function issued(profile: 'yubikey' | 'piv', at: MemoryCms = cms): Promise<Workplace> {
  await at.clear();
  const workplace = await Workplace.open({ cms: at, profile, keys: pool.source() });
  expect(await workplace.session('issue')).toMatchObject(DONE);
  workplace.card.history.length = 0;
  return workplace;
}

/** Operations whose writes are read back or proved. */
const NOTICED = [
  ['issue', 'yubikey'],
  ['unlock', 'yubikey'],
  ['unlock', 'piv'],
  ['change-pin', 'yubikey'],
] as const;

describe('a card that answers 9000 and does nothing', () => {
  it.each(everyOrOneIn(2, NOTICED))(
    'is noticed at each write of %s on a %s: everything is read back or proved',
    async (kind, profile) => {
      const subject: Subject = { operation: kind, profile };
      const writes = await apdusOf(subject, kind);
      expect(writes.length).toBeGreaterThan(0);
      expect(lost(await outcomesOf(subject, 'status-9000', writes))).toEqual([]);
    },
  );
});

describe('a lost answer of the CMS', () => {
  it.each(['issue', 'unlock'] as const)('is repeated, so that %s is unharmed', async (kind) => {
    const subject: Subject = { operation: kind, profile: 'yubikey' };
    const apdus = await apdusOf(subject, kind, null);
    const some = apdus.filter((_, index) => index % Math.ceil(apdus.length / 8) === 0);
    expect(new Set(await outcomesOf(subject, 'answer-lost', everyOrOneIn(2, some)))).toEqual(new Set(['unharmed']));
  });
});

describe('the escrow of a new PUK', () => {
  it('is stored before the card has the PUK, even if the transaction that stores it is rolled back', async () => {
    const subject: Subject = { operation: 'unlock', profile: 'yubikey' };
    const apdus = await apdusOf(subject, 'unlock', null);
    const writes = await apdusOf(subject, 'unlock');
    // The transaction runs right before a write; the sweep undoes those at the other APDUs, too.
    const near = everyOrSome(apdus, (apdu) => writes.some((write) => Math.abs(write - apdu) <= NEAR));
    expect(lost(await outcomesOf(subject, 'commit-undone', near))).toEqual([]);
  });

  it('is added to the escrow of the management key and removes nothing from it', async () => {
    const workplace = await issued('yubikey');
    expect(await workplace.session('unlock')).toMatchObject(DONE);
    expect([await findLosses(workplace), await findFlaws(workplace, null)]).toEqual([[], []]);
  });

  it('stays when the card proves the management key of an older escrow', async () => {
    const without9E = await MemoryCms.open({ algorithm: 'P-256', without: ['9E'] });
    try {
      const workplace = await issued('yubikey', without9E);
      for (const round of ['first', 'second', 'third'])
        expect([round, await workplace.session('unlock')]).toMatchObject([round, DONE]);
      expect(await findLosses(workplace)).toEqual([]);
      expect((await without9E.escrows()).some(({ managementKey }) => managementKey !== null)).toBe(true);
    } finally {
      await without9E.close();
    }
  });
});

describe('the last try of a PUK', () => {
  // A YubiKey reports its counter to the host. A plain card's is known only to the CMS, from the last refusal.
  it.each(['yubikey', 'piv'] as const)(
    'of a %s is not spent, although another PUK of the CMS may fit',
    async (profile) => {
      const workplace = await issued(profile);
      // The card got its new PUK, but the result was lost. Since then someone else has entered a wrong PUK.
      await workplace.session('unlock', {
        faults: [{ kind: 'pull-after', at: { instruction: 'CHANGE-REFERENCE-DATA', nth: 1 } }],
      });
      workplace.card.insert();
      const { puk } = workplace.card.state;
      puk.triesLeft = 2;
      workplace.card.history.length = 0;
      expect(await workplace.session('unlock')).toMatchObject({ kind: 'error', error: { code: 'LAST_TRY' } });
      expect(puk.triesLeft).toBe(1);
      const tried = workplace.card.history.filter(
        ({ ins, p2 }) => ins === RESET_RETRY_COUNTER || (ins === CHANGE_REFERENCE_DATA && p2 === PUK),
      );
      expect(tried).toHaveLength(1);
    },
  );
});

describe('the proof of the new management key', () => {
  it('is the card’s own cryptogram: a host that forges it gets no active device', async () => {
    await cms.clear();
    const workplace = await Workplace.open({ cms, profile: 'yubikey', keys: pool.source() });
    let proofs = 0;
    workplace.forge = (outcomes) =>
      outcomes.map((outcome) => {
        if (outcome.method !== 'credentials.apply' || !('result' in outcome)) return outcome;
        proofs += 1;
        return { ...outcome, result: { ...outcome.result, managementKeyProof: 'AAAAAAAAAAAAAAAAAAAAAA' } };
      });
    const end = await workplace.session('issue');
    expect(proofs).toBe(1);
    expect(end).not.toMatchObject(DONE);
    expect((await cms.devices()).map(({ state }) => state)).not.toContain('active');
  });
});

describe('the proof of a device', () => {
  it('precedes the release of its PUK: a look-alike with other keys gets none', async () => {
    const workplace = await issued('yubikey');
    const { keys } = workplace.card.state;
    const [proof, other] = [keys.get(0x9e), keys.get(0x9a)];
    if (!proof || !other) throw new Error('a key is missing');
    keys.set(0x9e, { ...proof, privateKey: other.privateKey });
    expect(await workplace.session('unlock')).toMatchObject({ kind: 'error', error: { code: 'OPERATION_FAILED' } });
    expect(workplace.card.history.filter(({ ins }) => WRITING.includes(ins))).toEqual([]);
    expect((await cms.audit()).filter((event) => event === 'pin.unblocked')).toEqual([]);
  });
});
