import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createDatabase, startPortal, startPostgres, TiedProcess } from '@cardwright/stage';
import { ACCOUNTS, Browser, TEST_VENDOR, WIDE_QUOTAS } from '../../integration/portal/support/test-portal.js';
import { TestCard } from '../../support/host-and-card/test-card.js';
import { CALLS, MOST_STATEMENTS } from '../../support/issuance-statements.js';
import { inTurn, type Goal, type Measurement } from '../measurement.js';
import { processorTimeOf } from '../support/clocks.js';

/**
 * What a portal does in a second of its processor: the processor time of its own process counts, not that of hosts, cards and a PostgreSQL server. So
 * it does not matter that hosts and cards run on the same machine here.
 */
export const PORTAL_RATES: readonly Measurement[] = [
  rateOn('PGlite', { atLeast: 0.05 }, () => Promise.resolve({})),
  rateOn('PostgreSQL', { atLeast: 0.03 }, async () => {
    const server = await startPostgres();
    return {
      portal: await createDatabase(server.url, 'portal'),
      bare: await createDatabase(server.url, 'bare'),
      stop: () => server.stop(),
    };
  }),
];

/** Addresses of databases. Without them portal and bare handler have embedded ones. */
interface Databases {
  readonly portal?: string;
  readonly bare?: string;
  readonly stop?: () => Promise<void>;
}

/** Issuances of a round. */
const ISSUANCES = 10;
const HANDLER = path.join(import.meta.dirname, 'bare-handler.js');
/** As long as a step's results. */
const BODY = JSON.stringify({ results: 'x'.repeat(2000) });

function rateOn(engine: string, goal: Goal, openDatabases: () => Promise<Databases>): Measurement {
  return {
    lines: [
      {
        name: `portal: issuances a second of its processor, on ${engine}`,
        beside: `${CALLS} requests to a bare handler with ${MOST_STATEMENTS} statements`,
        unit: '/s',
        goal,
      },
    ],
    rounds: 10,
    warmUp: 3,
    open: async () => {
      const databases = await openDatabases();
      const portal = await openPortal(databases.portal);
      const bare = await openBareHandler(databases.bare);
      const rate = (milliseconds: number): number => (ISSUANCES * 1000) / milliseconds;
      return {
        round: inTurn(
          async () => rate(await processorTimeOf(portal.pid, portal.issue)),
          async () => rate(await processorTimeOf(bare.pid, bare.ask)),
        ),
        close: async () => {
          await portal.stop();
          await bare.stop();
          await databases.stop?.();
        },
      };
    },
  };
}

async function openPortal(database: string | undefined) {
  const folder = mkdtempSync(path.join(tmpdir(), 'cardwright-rate-bench-'));
  const root = path.join(folder, 'root.pem');
  writeFileSync(root, TEST_VENDOR.root);
  const portal = await startPortal({
    nodeOptions: [],
    vendorCertificates: [root],
    env: {
      ...WIDE_QUOTAS,
      CARDWRIGHT_DEMO_ACCOUNTS: JSON.stringify(ACCOUNTS),
      CARDWRIGHT_DEVICE_LIMIT: '1000',
      ...(database === undefined ? {} : { DATABASE_URL: database }),
    },
  });
  const { origin, port } = new URL(portal.url);
  const alice = await Browser.login({ origin, port: Number(port), close: () => portal.stop() }, 'alice');
  let serial = 74_000_000;
  const issue = async (): Promise<void> => {
    for (let issued = 0; issued < ISSUANCES; issued += 1) {
      const host = await alice.openHost(new TestCard('yubikey', String((serial += 1)), TEST_VENDOR));
      const { deviceState } = await alice.relay(host);
      if (deviceState !== 'active') throw new Error(`not issued, but ${deviceState}`);
    }
  };
  const stop = async (): Promise<void> => {
    await portal.stop();
    rmSync(folder, { recursive: true, force: true });
  };
  return { pid: demand(portal.pid), issue, stop };
}

async function openBareHandler(database: string | undefined) {
  const statements = String(MOST_STATEMENTS / CALLS);
  const handler = await TiedProcess.start(process.execPath, [
    HANDLER,
    statements,
    ...(database === undefined ? [] : [database]),
  ]);
  const [address] = await handler.line(/^http:\S+$/);
  const ask = async (): Promise<void> => {
    for (let asked = 0; asked < ISSUANCES * CALLS; asked += 1) {
      const headers = { 'content-type': 'application/json' };
      const answer = await fetch(address, { method: 'POST', headers, body: BODY });
      if (!answer.ok) throw new Error(`the bare handler answers ${answer.status}`);
      await answer.arrayBuffer();
    }
  };
  return { pid: demand(handler.pid), ask, stop: () => handler.stop() };
}

function demand(pid: number | undefined): number {
  if (pid === undefined) throw new Error('a process has ended');
  return pid;
}
