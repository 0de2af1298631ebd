// Alone proves: a CRL of many pages of the database over HTTP, as openssl reads it, and issuances while it is read.
import { execFileSync } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { TestCard } from '../../support/host-and-card/test-card.js';
import { act } from './support/operator.js';
import { newPendingDevice } from './support/pending-device.js';
import { startedAgain } from './support/started-again.js';
import { fillWithSuperseded } from './support/superseded-certificates.js';
import { Browser, startTestPortal, TEST_VENDOR, type TestPortal } from './support/test-portal.js';

const REVOKED = 10_000;
const READERS = 10;
const LIFETIME_MINUTES = 30;
/** Seconds for which one CRL is served. */
const INTERVAL = 60;

let folder: string;
let portal: TestPortal;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cardwright-crl-test-'));
  const database = { folder: join(folder, 'database') };
  await fillWithSuperseded(database.folder, REVOKED);
  const times = { CARDWRIGHT_CRL_LIFETIME: String(LIFETIME_MINUTES), CARDWRIGHT_CRL_INTERVAL: String(INTERVAL) };
  portal = await startTestPortal({ ...times, CARDWRIGHT_DEVICE_LIMIT: '1000' }, { everyKey: true, database });
});
afterAll(async () => {
  await portal.remove();
  await rm(folder, { recursive: true, force: true });
});

/** Fetches the CRL with its whole body, because the portal waits at its end for unread bodies. */
async function fetchCrl(headers: Record<string, string> = {}) {
  const response = await fetch(`http://127.0.0.1:${portal.port}/ca/crl.der`, { headers });
  const body = Buffer.from(await response.arrayBuffer());
  return { status: response.status, header: (name: string) => response.headers.get(name) ?? '', body };
}

/** Prints a CRL by openssl. */
const printCrl = (input: Buffer): string =>
  execFileSync('openssl', ['crl', '-inform', 'DER', '-noout', '-text'], {
    input,
    encoding: 'utf8',
    maxBuffer: 2 ** 28,
  });

it('of 10,000 certificates is made once for all who ask', async () => {
  const answers = await Promise.all(Array.from({ length: READERS }, () => fetchCrl()));
  expect(new Set(answers.map(({ header }) => header('etag'))).size).toBe(1);
  const text = printCrl(answers[0]?.body ?? Buffer.alloc(0));
  expect(text.match(/Serial Number: /g)).toHaveLength(REVOKED);
  expect(text).toMatch(/X509v3 CRL Number:\s+1\n/);
  const [last = NaN, next = NaN] = ['Last', 'Next'].map((which) =>
    Date.parse(new RegExp(`${which} Update: (.+)`).exec(text)?.[1] ?? ''),
  );
  expect(next - last).toBe(LIFETIME_MINUTES * 60 * 1000);
});

it('is then handed out as it is, and not at all to those who have it', async () => {
  const [first, later] = [await fetchCrl(), await fetchCrl()];
  expect(later.body.equals(first.body)).toBe(true);
  const { header } = later;
  const [, age = NaN] = /^public, max-age=(\d+)$/.exec(header('cache-control')) ?? [];
  expect(Number(age)).toBeLessThanOrEqual(INTERVAL);
  expect(Date.parse(header('last-modified'))).toBeLessThanOrEqual(Date.now());
  const again = await fetchCrl({ 'if-none-match': `"another", W/${header('etag')}` });
  expect([again.status, again.body.length]).toEqual([304, 0]);
  expect((await fetchCrl({ 'if-none-match': '"another"' })).status).toBe(200);
});

it('is read by ten readers without end while cards are issued', async () => {
  portal = await startedAgain(portal, { interval: 0 });
  const alice = await Browser.login(portal, 'alice');
  const before = (await fetchCrl()).header('etag');
  const statuses: number[] = [];
  const issuing = { isOver: false };
  const readers = Array.from({ length: READERS }, async () => {
    do statuses.push((await fetchCrl()).status);
    while (!issuing.isOver);
  });
  try {
    const host = await alice.openHost(new TestCard('yubikey', '73000001', TEST_VENDOR));
    expect(await alice.relay(host)).toMatchObject({ deviceState: 'active' });
  } finally {
    issuing.isOver = true;
    await Promise.all(readers);
  }
  expect(new Set(statuses)).toEqual(new Set([200]));
  // An issuance revokes the certificate that only proved its card.
  expect((await fetchCrl()).header('etag')).not.toBe(before);
});

it('lists a certificate that came on hold since, and no longer once it is off hold', async () => {
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
});
