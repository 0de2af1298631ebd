import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { CALLS, MOST_STATEMENTS } from '../../support/issuance-statements.js';
import { openDatabase, type OwnDatabase } from '../../support/postgres.js';
import { StatementLog } from '../../support/statement-log.js';
import { TestCard } from '../../support/host-and-card/test-card.js';
import { ACCOUNTS, Browser, startTestPortal, TEST_VENDOR, type TestPortal } from './support/test-portal.js';

/** The database's cost of an issuance: each call reads each row once, and writes all changes together. */

let server: OwnDatabase;
let portal: TestPortal;
let log: StatementLog;

beforeAll(async () => {
  server = await openDatabase({ accounts: ACCOUNTS });
  log = new StatementLog(server.url);
  portal = await startTestPortal({ DATABASE_URL: server.url }, { everyKey: true });
  // Statements of the portal's own start are no part of an issuance.
  await Promise.all(['notices', 'waiting_work'].map((table) => log.hasAsked(table)));
});
afterAll(async () => {
  log.stop();
  await portal.remove();
  await server.stop();
});

it('takes few statements for an issuance', async () => {
  const alice = await Browser.login(portal, 'alice');
  const host = await alice.openHost(new TestCard('yubikey', '72000001', TEST_VENDOR));
  let deviceState: string | null = null;
  const statements = await log.during(async () => {
    ({ deviceState } = await alice.relay(host));
  });
  expect(deviceState).toBe('active');
  expect(alice.operationCalls).toBe(CALLS);
  expect(statements.length).toBeLessThanOrEqual(MOST_STATEMENTS);
});
