import { connect, createServer, type AddressInfo } from 'node:net';
import path from 'node:path';
import { text as textOf } from 'node:stream/consumers';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { backup } from '../../../portal/src/server/commands/backup.js';
import { openPortalDatabase } from '../../../portal/src/server/store/database.js';
import { until } from '@cardwright/stage';
import { TestCard } from '../../support/host-and-card/test-card.js';
import { newDevice } from './support/operators-portal.js';
import { Browser, startTestPortal, type TestPortal } from './support/test-portal.js';

/** Milliseconds in which the portal reads the beginning of a request. */
const HALF_SENT = 200;

let portal: TestPortal;
let monitor: string;

beforeAll(async () => {
  const port = await freePort();
  monitor = `http://127.0.0.1:${port}`;
  portal = await startTestPortal({ CARDWRIGHT_MONITOR_PORT: String(port) });
});
afterAll(() => portal.remove());

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

const text = async (address: string): Promise<string> => (await fetch(`${monitor}${address}`)).text();

/** Waits for a metric, because the database is asked once a second at most. */
const told = (metric: string): Promise<boolean> =>
  until(async () => (await text('/metrics')).includes(metric), { what: metric });

it('is ready with database, migrations and authority', async () => {
  expect(await text('/readyz')).toBe('database ok\nmigrations ok\nauthority ok\nsign-in ok\nclock ok\n');
});

it('is not served to browsers', async () => {
  for (const path of ['/healthz', '/readyz', '/metrics'])
    expect((await fetch(`http://127.0.0.1:${portal.port}${path}`)).status).toBe(404);
});

it('counts an issuance, its requests by route, and tells of CRL and authority, without a word about the person or the card', async () => {
  const alice = await Browser.login(portal, 'alice');
  const host = await alice.openHost(new TestCard('piv', null, null));
  let answer = await alice.operate('', host.startRequest);
  while (answer.step) {
    const outcomes = await host.run(answer.step.jws);
    answer = await alice.operate(`/${answer.operation}/results`, { step: answer.step.number, outcomes });
  }
  await fetch(`http://127.0.0.1:${portal.port}/ca/crl.der`);
  await fetch(`http://127.0.0.1:${portal.port}/no/such/${answer.operation}`);
  const metrics = await text('/metrics');
  expect(metrics).toContain('cardwright_operations_ended_total{operation="issue",outcome="done",code="none"} 1\n');
  expect(metrics).toMatch(
    /cardwright_http_requests_total\{route="POST \/api\/operations\/\{id\}\/results",status="200"\} \d+\n/,
  );
  expect(metrics).toContain('cardwright_http_requests_total{route="none",status="404"} 4\n');
  expect(metrics).toContain('cardwright_http_errors_total{code="METHOD_NOT_FOUND"} 4\n');
  expect(metrics).toMatch(/cardwright_crl_age_seconds [\d.]+\n/);
  expect(metrics).toMatch(/cardwright_expiry_seconds\{kind="authority"\} 3[\d.]{8,}\n/);
  expect(metrics).toContain('cardwright_passkey_removals_waiting 0\n');
  expect(metrics).toMatch(/nodejs_eventloop_lag_p99_seconds [\d.]+/);
  for (const secret of ['alice', answer.operation]) expect(metrics.toLowerCase()).not.toContain(secret);
});

it('counts refused sign-ins by their way, and devices that wait for an approval', async () => {
  const guess = { username: 'alice', password: 'a guess' };
  expect(await new Browser(portal).post('/api/session', guess)).toMatchObject({ status: 401 });
  const store = await openPortalDatabase(portal.configuration.database);
  await newDevice(store, 'awaiting-approval');
  await store.close();
  await told('cardwright_sign_ins_failed_total{way="password"} 1\n');
  await told('cardwright_approvals_waiting 1\n');
});

it('tells the age of a backup once there is one', async () => {
  expect(await text('/metrics')).not.toContain('cardwright_backup_age_seconds');
  const { database } = portal.configuration;
  const environment = { DATABASE_URL: 'url' in database ? database.url : '', CARDWRIGHT_DATA: portal.folder };
  expect(await backup([path.join(portal.folder, 'backup.gz')], environment, () => undefined)).toBe(0);
  await told('cardwright_backup_age_seconds ');
  expect(await text('/metrics')).toMatch(/cardwright_backup_age_seconds \d\.\d+\n/);
});

// Last, because it ends the portal.
it('answers a request that had begun when the portal was told to end', async () => {
  const socket = connect(portal.port, '127.0.0.1');
  socket.write('GET /.well-known/cardwright HTTP/1.1\r\nHost: localhost\r\n');
  await delay(HALF_SENT);
  const closing = portal.close();
  expect(await text('/readyz')).toBe('ending\n');
  socket.write('Connection: close\r\n\r\n');
  expect(await textOf(socket)).toMatch(/^HTTP\/1\.1 200 /);
  await closing;
});
