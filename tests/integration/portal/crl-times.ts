import { execFileSync, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from '@jest/globals';
import { startPortal } from '@cardwright/portal';
import { sql } from 'drizzle-orm';
import { createDemoAccount } from '../../../portal/src/server/accounts/accounts.js';
import type { CrlTimes } from '../../../portal/src/server/ca/published-crl.js';
import { openPortalDatabase } from '../../../portal/src/server/store/database.js';
import { devices, users } from '../../../portal/src/server/store/schema.js';

import { TestCard } from '../../support/host-and-card/test-card.js';
import { act, setPolicy } from './support/operator.js';
import { newPendingDevice } from './support/pending-device.js';
import { Browser, startTestPortal, TEST_VENDOR, type TestPortal } from './support/test-portal.js';

const REVOKED = 100_000;
const READERS = 10;
/** Milliseconds between two reads. Readers of four megabytes each then fill a network of a gigabit, and not the processor. */
const PAUSE = 250;
/** Seconds for which one CRL is served: half of the default, so that the test sees two of them in half of the time. */
const INTERVAL = 30;
/** Maximum average time of an issuance beside readers, as a multiple of its time alone. */
const MOST = 2;
const OWNER = { password: 'long-enough', displayName: 'Someone', role: 'user' } as const;

let folder: string;
let portal: TestPortal;
/** Milliseconds of a processor for making the list. */
let making: number;

/** Starts a portal over a database with many superseded certificates. */
export async function open(): Promise<void> {
  folder = await mkdtemp(join(tmpdir(), 'cardwright-crl-test-'));
  await fillDatabase(join(folder, 'database'));
  portal = await startTestPortal(
    {
      CARDWRIGHT_CRL_LIFETIME: '30',
      CARDWRIGHT_CRL_INTERVAL: String(INTERVAL),
      CARDWRIGHT_DEVICE_LIMIT: '1000',
    },
    { everyKey: true, database: { folder: join(folder, 'database') } },
  );
}

/** Stops the portal, and removes its database. */
export async function close(): Promise<void> {
  await portal.remove();
  await rm(folder, { recursive: true, force: true });
}

/** Starts the portal again over the same database. */
async function startAgainWith(changes: Partial<CrlTimes>): Promise<void> {
  const before = portal;
  await before.close();
  const { configuration } = before;
  const { authority } = configuration;
  const again = await startPortal({
    ...configuration,
    authority: { ...authority, crl: { ...authority.crl, ...changes } },
  });
  portal = { ...before, ...again, remove: () => again.close().then(() => before.remove()) };
}

/** Fills a database with many superseded certificates of one device. */
async function fillDatabase(database: string): Promise<void> {
  const store = await openPortalDatabase({ folder: database });
  await createDemoAccount(store.db, { ...OWNER, username: 'someone' });
  const [owner] = await store.db.select().from(users);
  const id = randomUUID();
  const about = { model: 'piv', modelName: 'PIV card', proof: 'not-proved', managementKey: 'configured' } as const;
  await store.db
    .insert(devices)
    .values({ id, ownerId: owner?.id ?? '', guid: randomUUID(), state: 'active', ...about });
  await store.db.execute(sql`
    INSERT INTO certificates (id, device_id, slot, serial_number, subject, algorithm, der, proof, not_before, not_after,
      key_hash, revocation_reason, revoked_at)
    SELECT gen_random_uuid(), ${id}, '9A', '4' || lpad(to_hex(n), 39, '0'), '', '', '', 'not-proved', now(),
      now() + interval '1 year', '', 'superseded', now()
    FROM generate_series(1, ${sql.raw(String(REVOKED))}) AS n`);
  await store.close();
}

/** Fetches the CRL with its whole body, because the portal waits at its end for unread bodies. */
async function fetchCrl(headers: Record<string, string> = {}) {
  const response = await fetch(`http://127.0.0.1:${portal.port}/ca/crl.der`, { headers });
  const body = Buffer.from(await response.arrayBuffer());
  return { status: response.status, header: (name: string) => response.headers.get(name) ?? '', body };
}

/** Returns the milliseconds of a processor that this process, with the portal in it, has used since. */
function processorTimeSince(before: NodeJS.CpuUsage): number {
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}

/** Prints a CRL by openssl. */
const printCrl = (input: Buffer): string =>
  execFileSync('openssl', ['crl', '-inform', 'DER', '-noout', '-text'], {
    input,
    encoding: 'utf8',
    maxBuffer: 2 ** 28,
  });

/** Asks for the first list ten times at once. */
export async function isMadeOnce(): Promise<void> {
  const before = performance.now();
  const busyBefore = process.cpuUsage();
  const arrived: Awaited<ReturnType<typeof fetchCrl>>[] = [];
  const asked = Array.from({ length: 10 }, () => fetchCrl().then((answer) => arrived.push(answer)));
  const browser = new Browser(portal);
  const waits: number[] = [];
  while (arrived.length === 0) {
    const asks = performance.now();
    expect((await browser.get('/api/session')).status).toBe(200);
    waits.push(performance.now() - asks);
  }
  await Promise.all(asked);
  const took = performance.now() - before;
  making = processorTimeSince(busyBefore);
  // A making that blocks the portal delays an answer for nearly all of that time.
  expect(waits.length).toBeGreaterThan(3);
  expect(Math.max(...waits)).toBeLessThan(took / 2);
  expect(new Set(arrived.map(({ header }) => header('etag'))).size).toBe(1);

  const text = printCrl(arrived[0]?.body ?? Buffer.alloc(0));
  expect(text.match(/Serial Number: /g)).toHaveLength(REVOKED);
  expect(text).toMatch(/X509v3 CRL Number:\s+1\n/);
  const [last = NaN, next = NaN] = ['Last', 'Next'].map((which) =>
    Date.parse(new RegExp(`${which} Update: (.+)`).exec(text)?.[1] ?? ''),
  );
  expect(next - last).toBe(30 * 60 * 1000);
}

/** Asks for the list that is there. */
export async function isHandedOut(): Promise<void> {
  const times: number[] = [];
  for (let turn = 0; turn < 5; turn += 1) {
    const before = process.cpuUsage();
    await fetchCrl();
    times.push(processorTimeSince(before));
  }
  expect(Math.min(...times)).toBeLessThan(making / 10);
  const { header } = await fetchCrl();
  const [, age = NaN] = /^public, max-age=(\d+)$/.exec(header('cache-control')) ?? [];
  expect(Number(age)).toBeLessThan(INTERVAL);
  expect(Date.parse(header('last-modified'))).toBeLessThanOrEqual(Date.now());
  const again = await fetchCrl({ 'if-none-match': `"another", W/${header('etag')}` });
  expect([again.status, again.body.length]).toEqual([304, 0]);
  expect((await fetchCrl({ 'if-none-match': '"another"' })).status).toBe(200);
}

/** Starts endless readers of the CRL, in a separate process. */
function startReaders(): { readonly end: () => void; readonly reads: () => number } {
  // They parse nothing, so that they use little of the processor themselves.
  const script = `
    const [address, readers, pause] = process.argv.slice(1);
    const agent = new (require('node:http').Agent)({ keepAlive: true });
    const again = () => setTimeout(read, Number(pause));
    const read = () =>
      require('node:http')
        .get(address, { agent }, (answer) => answer.resume().on('end', () => process.stdout.write('.', again)))
        .on('error', again);
    for (let reader = 0; reader < Number(readers); reader += 1) read();`;
  const address = `http://127.0.0.1:${portal.port}/ca/crl.der`;
  const child = spawn(process.execPath, ['-e', script, address, String(READERS), String(PAUSE)]);
  let reads = 0;
  child.stdout.on('data', (dots: Buffer) => (reads += dots.length));
  return { end: () => child.kill(), reads: () => reads };
}

let serial = 73_000_000;

/** Measures the milliseconds of each issuance, one after another for some time. */
async function issueFor(seconds: number): Promise<number[]> {
  const alice = await Browser.login(portal, 'alice');
  const times: number[] = [];
  for (const end = performance.now() + seconds * 1000; performance.now() < end;) {
    const host = await alice.openHost(new TestCard('yubikey', String((serial += 1)), TEST_VENDOR));
    const begin = performance.now();
    expect(await alice.relay(host)).toMatchObject({ deviceState: 'active' });
    times.push(performance.now() - begin);
  }
  return times;
}

const meanOf = (times: readonly number[]): number => times.reduce((sum, time) => sum + time, 0) / times.length;

/** Issues cards alone and beside readers. */
export async function isReadBeside(): Promise<void> {
  await setPolicy(portal, await Browser.login(portal, 'olga'), 'yubikey');
  // Until the code is compiled.
  await issueFor(3);
  const alone = meanOf(await issueFor(10));
  const readers = startReaders();
  try {
    // At least one CRL is made meanwhile, because each issuance changes revocations.
    const before = (await fetchCrl()).header('etag');
    const beside = await issueFor(1.25 * INTERVAL);
    expect((await fetchCrl()).header('etag')).not.toBe(before);
    const told = [alone, meanOf(beside), Math.max(...beside)].map((time) => `${time.toFixed(0)} ms`);
    process.stderr.write(
      `one issuance: ${told[0]} alone, beside ${readers.reads()} reads ${told[1]} on average, ${told[2]} at most\n`,
    );
    expect(readers.reads()).toBeGreaterThan(READERS);
    expect(meanOf(beside)).toBeLessThan(MOST * alone);
  } finally {
    readers.end();
  }
}

/** Puts a certificate on hold and off it. */
export async function listsWhatIsOnHold(): Promise<void> {
  await startAgainWith({ interval: 0 });
  const alice = await Browser.login(portal, 'alice');
  const olga = await Browser.login(portal, 'olga');
  const { row } = await newPendingDevice(alice);
  const serial = row.certificates[0]?.serialNumber.toUpperCase() ?? 'none';
  const held = await fetchCrl();
  expect(printCrl(held.body)).toContain(serial);
  await act(olga, row.id, 'activate');
  const released = await fetchCrl({ 'if-none-match': held.header('etag') });
  expect(released.status).toBe(200);
  expect(printCrl(released.body)).not.toContain(serial);
}
