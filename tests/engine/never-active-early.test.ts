import { X509Certificate } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { CardwrightError, type Method } from '@cardwright/protocol';
import type { OperationAnswer } from '@cardwright/protocol/cms';
import type { CommandOutcome } from '@cardwright/protocol/steps';
import { everyOrSome } from '../support/thorough.js';
import { CmsUser } from './support/cms-user.js';
import { TestCms } from './support/test-cms.js';
import { ALICE } from './support/test-people.js';
import { ToyStage } from './support/toy-stage.js';

/** Number of issuances for each model. */
const ISSUANCES = 15;
/** Number of these that run in `npm test`. */
const KEPT = 3;
const BAD_SESSIONS = 5;

const METHODS: readonly Method[] = [
  'managementKey.getChallenge',
  'managementKey.authenticate',
  'object.write',
  'object.read',
  'credentials.prepare',
  'credentials.restore',
  'credentials.apply',
  'key.generate',
  'csr.create',
  'certificate.write',
  'certificate.read',
  'pin.change',
];

const SLOTS = ['9A', '9C', '9E'] as const;
const cms = await TestCms.open({ policy: { slots: Object.fromEntries(SLOTS.map((slot) => [slot, 'P-256'])) } });
const alice = new CmsUser(cms, ALICE);

/** A pseudo-random generator that repeats its numbers for the same seed (linear congruential, as POSIX's rand). */
function chance(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) & 0x7fffffff;
    return (state >>> 8) % below;
  };
}

describe.each(['yubikey', 'piv'] as const)('a %s whose issuance is disturbed again and again', (model) => {
  const seeds = Array.from({ length: ISSUANCES }, (_, index) => index + 1);

  it.each(everyOrSome(seeds, (seed) => seed <= KEPT))(
    'is never pending or active before its certificates were read back, and ends complete (%i)',
    async (seed) => {
      const draw = chance(seed);
      const card = cms.newCard(model);
      /** Serial numbers of the certificates that the CMS read back from the card. */
      const readBack = new Set<string>();
      const seen: string[] = [];
      let fewestTries = card.pukTries;

      /** Checks the card on My Devices: a pending or active one must show only certificates that were read back. */
      function look(): void {
        fewestTries = Math.min(fewestTries, card.pukTries);
        const rows = alice.devices.filter((row) =>
          card.serial === null ? row.guid === card.guid : row.serial === card.serial,
        );
        expect(rows.length).toBeLessThanOrEqual(1);
        for (const { state, certificates } of rows) {
          seen.push(state);
          if (state !== 'pending' && state !== 'active') continue;
          const current = certificates.filter(({ status }) => status !== 'revoked');
          expect(current).toHaveLength(SLOTS.length);
          for (const { serialNumber } of current) expect(readBack).toContain(serialNumber.toLowerCase());
          expect(current.every(({ status }) => status === (state === 'active' ? 'good' : 'on-hold'))).toBe(true);
        }
      }

      /** Runs one page session, which ends with a pulled card, a closed page, a cancellation or success. */
      async function session(ending: 'pull' | 'close' | 'cancel' | 'well'): Promise<OperationAnswer> {
        const host = await alice.openHost(card);
        if (ending === 'pull') {
          const method = METHODS[draw(METHODS.length)] ?? 'key.generate';
          host.pull = { method, when: draw(2) === 0 ? 'before' : 'after' };
        }
        const steps = ending === 'close' || ending === 'cancel' ? draw(6) : Infinity;
        let answer = await alice.operate('', host.startRequest);
        look();
        for (let step = 0; answer.step && step < steps; step += 1) {
          const outcomes = await host.run(answer.step.jws);
          for (const outcome of outcomes)
            if (outcome.method === 'certificate.read' && 'result' in outcome)
              readBack.add(serialNumberOf(String(outcome.result.certificate)));
          answer = await alice.operate(`/${answer.operation}/results`, { step: answer.step.number, outcomes });
          look();
        }
        // A pending device would wait for an operator after a cancellation.
        if (ending === 'cancel' && answer.state === 'running' && answer.deviceState !== 'pending')
          answer = await alice.operate(`/${answer.operation}/cancel`, {});
        look();
        return answer;
      }

      let answer: OperationAnswer | undefined;
      for (let bad = draw(BAD_SESSIONS) + 1; bad > 0 && answer?.state !== 'done'; bad -= 1)
        answer = await session((['pull', 'pull', 'close', 'cancel'] as const)[draw(4)] ?? 'pull');
      if (answer?.state !== 'done') answer = await session('well');

      expect(answer).toMatchObject({ state: 'done', deviceState: 'active', error: null });
      expect(seen.at(-1)).toBe('active');
      expect(card.pukTries).toBe(3);
      expect(fewestTries).toBeGreaterThanOrEqual(2);
    },
  );
});

const serialNumberOf = (der: string): string =>
  new X509Certificate(Buffer.from(der, 'base64url')).serialNumber.toLowerCase();

it('is pending, not active, when only the PIN is missing', async () => {
  const host = await alice.openHost(cms.newCard('yubikey'));
  host.user = () => {
    throw new CardwrightError('USER_TIMEOUT');
  };
  expect(await alice.relay(host)).toMatchObject({ state: 'running', deviceState: 'pending' });
});

describe('a host that reads back something else than was written', () => {
  it.each(['nothing', 'the certificate of another slot'])('gets no active device for %s', async (what) => {
    const stage = await ToyStage.blank();
    const ofAnotherSlot = (): string | null => stage.card.certificates.get('9E') ?? null;
    const lie = (outcomes: CommandOutcome[]): CommandOutcome[] =>
      outcomes.map((outcome) =>
        outcome.method === 'certificate.read' && 'result' in outcome
          ? { method: outcome.method, result: { certificate: what === 'nothing' ? null : ofAnotherSlot() } }
          : outcome,
      );
    const end = await stage.relay(await stage.newHost(), 'issue', 'en', lie);
    expect(end).toMatchObject({ state: 'failed', error: { data: { name: expect.stringMatching(/MISMATCH$/) } } });
    expect(stage.device?.state).toBe('failed');
    expect(stage.store.contents().certificates.filter(({ revocationReason }) => revocationReason === null)).toEqual([]);
  });
});
