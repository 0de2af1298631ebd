// Alone proves: a portal that is killed continues with the same issuance.
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { readConfiguration } from '@cardwright/portal';
import { startPortal, type PortalProcess } from '@cardwright/stage';
import type { OperationAnswer } from '@cardwright/protocol/cms';
import type { CommandOutcome } from '@cardwright/protocol/steps';
import type { AttestationAuthority } from './support/attestation-authority.js';
import { openDatabase } from '../../support/postgres.js';
import { TestCard } from '../../support/host-and-card/test-card.js';
import { ACCOUNTS, Browser, listDevices, TEST_VENDOR, WIDE_QUOTAS } from './support/test-portal.js';
import { everyOrNamed, everyOrSome, thoroughIt } from '../../support/thorough.js';

/** Milliseconds after a request at which the portal is killed, one after another: some before, some during, some after its answer. */
const MOMENTS = [0, 3, 8, 15, 30, 60, 120];

let vendor: AttestationAuthority;
let portal: PortalProcess;
let alice: Browser;
/** Of four steps, that at which `npm test` kills the portal. The run's seed draws it. */
const DRAWN = Number(process.env.CARDWRIGHT_SEED ?? 0) % 4;

let olga: Browser;
let serial = 30_000_000;

/** @param env its database; embedded by default */
async function open(env: NodeJS.ProcessEnv): Promise<void> {
  vendor = TEST_VENDOR;
  const policies = readConfiguration({}).devicePolicies;
  const yubikey = policies.yubikey && { ...policies.yubikey.policy, attestationRoots: [vendor.root] };
  portal = await startPortal({
    policies: { ...policies, yubikey: { ...policies.yubikey, policy: yubikey } },
    env: {
      CARDWRIGHT_DEMO_ACCOUNTS: JSON.stringify(ACCOUNTS),
      CARDWRIGHT_DEVICE_LIMIT: '100',
      ...WIDE_QUOTAS,
      ...env,
    },
  });
  const reached = { origin: portal.url, port: Number(new URL(portal.url).port), close: () => portal.stop() };
  alice = await Browser.login(reached, 'alice');
  olga = await Browser.login(reached, 'olga');
}

const restart = async (): Promise<void> => {
  await portal.kill();
  await portal.start();
};

interface Results {
  readonly step: number;
  readonly outcomes: CommandOutcome[];
}

const send = ({ operation }: OperationAnswer, results: Results): Promise<OperationAnswer> =>
  alice.operate(`/${operation}/results`, results);

/** Counts each event of an operation in the audit log. */
async function countEvents({ operation }: OperationAnswer): Promise<Record<string, number>> {
  const { entries } = (await olga.get('/api/operator/audit')).body as {
    entries: { event: string; operationId: string | null }[];
  };
  const counts: Record<string, number> = {};
  for (const { event, operationId } of entries) if (operationId === operation) counts[event] = (counts[event] ?? 0) + 1;
  return counts;
}

/** The log of an undisturbed issuance. */
const UNDISTURBED = {
  'operation.started': 1,
  'management-key.authenticated': 2,
  'escrow.stored': 1,
  'credentials.applied': 1,
  'certificate.issued': 4,
  'operation.finished': 1,
};

const ENGINES = [
  ['PostgreSQL', async () => ({ DATABASE_URL: (await openDatabase({ accounts: ACCOUNTS })).url })],
  ['PGlite', () => Promise.resolve({})],
] as const;

describe.each(everyOrSome(ENGINES, ([engine]) => engine === 'PostgreSQL'))(
  'a portal on %s that is killed',
  (_, place) => {
    beforeAll(async () => open(await place()));
    afterAll(() => portal.stop());

    const newCard = () => new TestCard('yubikey', String((serial += 1)), vendor);
    const rowOf = async (card: TestCard) =>
      (await listDevices(alice)).devices.find((device) => device.serial === card.serial);

    /** Expects the row as before the request or as after it, never in between; active only after the last one. */
    async function expectWhole(card: TestCard, isLast: boolean): Promise<void> {
      const row = await rowOf(card);
      expect([undefined, 0, 4]).toContain(row?.certificates.length);
      if (!isLast) expect(row?.state).not.toBe('active');
    }

    thoroughIt('between each two requests continues with the same issuance, and repeats its answers', async () => {
      const card = newCard();
      const host = await alice.openHost(card);
      let answer = await alice.operate('', host.startRequest);
      while (answer.step) {
        await restart();
        const results = { step: answer.step.number, outcomes: await host.run(answer.step.jws) };
        answer = await send(answer, results);
        await restart();
        await expectWhole(card, answer.state === 'done');
        expect(await send(answer, results)).toEqual(answer);
      }
      expect(answer).toMatchObject({ state: 'done', deviceState: 'active' });
      expect(await countEvents(answer)).toMatchObject(UNDISTURBED);
    });

    it.each(everyOrNamed([0, 3], 3))(
      'continues when the same results come again after it was killed during its answer, and has done everything once (%i)',
      async (shift) => {
        const card = newCard();
        const host = await alice.openHost(card);
        let answer = await alice.operate('', host.startRequest);
        for (let turn = shift; answer.step; turn += 1) {
          const results = { step: answer.step.number, outcomes: await host.run(answer.step.jws) };
          const attempt = send(answer, results).catch(() => null);
          await sleep(MOMENTS[turn % MOMENTS.length]);
          if (globalThis.runsEverything || turn % 4 === DRAWN) await restart();
          await attempt;
          await expectWhole(card, answer.phase.name === 'pin');
          answer = await send(answer, results);
        }
        expect(answer).toMatchObject({ state: 'done', deviceState: 'active' });
        expect(await countEvents(answer)).toMatchObject(UNDISTURBED);
        expect(card.pukTries).toBe(3);
      },
    );
  },
);
