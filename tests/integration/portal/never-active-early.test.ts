import { X509Certificate } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { CardwrightError, type Method, type OperationAnswer } from '@cardwright/protocol';
import type { AttestationAuthority } from './support/attestation-authority.js';
import { TestCard } from '../../support/host-and-card/test-card.js';
import { Browser, listDevices, startTestPortal, type TestPortal, TEST_VENDOR } from './support/test-portal.js';
import { everyOrSome } from '../../support/thorough.js';

/** Issuances for each model, each with up to so many sessions that end badly before one that may end well. */
const ISSUANCES = 15;
/** Of these, in `npm test`. */
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

let portal: TestPortal;
let vendor: AttestationAuthority;
let alice: Browser;
let serial = 50_000_000;

beforeAll(async () => {
  vendor = TEST_VENDOR;
  portal = await startTestPortal({ CARDWRIGHT_DEVICE_LIMIT: '100' });
  alice = await Browser.login(portal, 'alice');
  const olga = await Browser.login(portal, 'olga');
  // Elliptic curves everywhere, for speed; a plain card has no 9D then.
  for (const [model, slots] of [
    ['yubikey', { '9A': 'P-256', '9C': 'P-256', '9D': 'P-256', '9E': 'P-256' }],
    ['piv', { '9A': 'P-256', '9C': 'P-256', '9E': 'P-256' }],
  ] as const) {
    const policy = { ...portal.configuration.policies[model]?.policy, slots };
    expect((await olga.send('PUT', '/api/operator/policy', { model, policy })).status).toBe(200);
  }
});
afterAll(() => portal.remove());

/** A generator that repeats its numbers for the same seed (a linear congruential one, as in POSIX's rand). */
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
    'is never pending or active before its certificates were read back, and is whole in the end (%i)',
    async (seed) => {
      const draw = chance(seed);
      const card =
        model === 'yubikey' ? new TestCard(model, String((serial += 1)), vendor) : new TestCard(model, null, null);
      /** Serial numbers of the certificates that the portal was given back from the card. */
      const readBack = new Set<string>();
      const seen: string[] = [];
      let fewestTries = card.pukTries;

      /** What My Devices shows of the card, whose certificates must be the ones that were read. */
      async function look(): Promise<void> {
        fewestTries = Math.min(fewestTries, card.pukTries);
        const rows = (await listDevices(alice)).devices.filter((row) =>
          card.serial === null ? row.guid === card.guid : row.serial === card.serial,
        );
        expect(rows.length).toBeLessThanOrEqual(1);
        for (const { state, certificates } of rows) {
          seen.push(state);
          if (state !== 'pending' && state !== 'active') continue;
          const current = certificates.filter(({ status }) => status !== 'revoked');
          expect(current).toHaveLength(model === 'yubikey' ? 4 : 3);
          for (const { serialNumber } of current) expect(readBack).toContain(serialNumber.toLowerCase());
          expect(current.every(({ status }) => status === (state === 'active' ? 'good' : 'on-hold'))).toBe(true);
        }
      }

      /** One page session, which ends with a pulled card, a closed page, a cancellation, or success. */
      async function session(ending: 'pull' | 'close' | 'cancel' | 'well'): Promise<OperationAnswer> {
        const host = await alice.openHost(card);
        if (ending === 'pull') {
          const method = METHODS[draw(METHODS.length)] ?? 'key.generate';
          host.pull = { method, when: draw(2) === 0 ? 'before' : 'after' };
        }
        const steps = ending === 'close' || ending === 'cancel' ? draw(6) : Infinity;
        let answer = await alice.operate('', host.startRequest);
        await look();
        for (let step = 0; answer.step && step < steps; step += 1) {
          const outcomes = await host.run(answer.step.jws);
          for (const outcome of outcomes)
            if (outcome.method === 'certificate.read' && 'result' in outcome)
              readBack.add(serialNumberOf(String(outcome.result.certificate)));
          answer = await alice.operate(`/${answer.operation}/results`, { step: answer.step.number, outcomes });
          await look();
        }
        // Cancelled while it is pending it would wait for an operator.
        if (ending === 'cancel' && answer.state === 'running' && answer.deviceState !== 'pending')
          answer = await alice.operate(`/${answer.operation}/cancel`, {});
        await look();
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

it('is pending, not active, when the PIN is all that is missing', async () => {
  const card = new TestCard('yubikey', String((serial += 1)), vendor);
  const host = await alice.openHost(card);
  host.user = () => {
    throw new CardwrightError('USER_TIMEOUT');
  };
  expect(await alice.relay(host)).toMatchObject({ state: 'running', deviceState: 'pending' });
});
