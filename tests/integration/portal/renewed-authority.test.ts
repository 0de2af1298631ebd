import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { X509Certificate } from 'node:crypto';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from '@jest/globals';
import { newAuthority } from '../../../portal/src/server/ca/development-ca.js';
import { addLaterAuthority, createKeyFile, readKeyRing } from '../../../portal/src/server/keys/key-ring.js';
import { openDatabase, type OwnDatabase } from '../../support/postgres.js';
import { TestCard } from '../../support/host-and-card/test-card.js';
import { act } from './support/operator.js';
import { ACCOUNTS, Browser, listDevices, startTestPortal, type TestPortal } from './support/test-portal.js';

/** A portal whose embedded authority was renewed: each key signs for its own certificates. */

const DAY = 24 * 60 * 60 * 1000;

let folder: string;
let keyFile: string;
let database: OwnDatabase;
let portal: TestPortal;
beforeAll(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'cardwright-renewed-'));
  keyFile = path.join(folder, 'keys.json');
  await createKeyFile(keyFile);
  database = await openDatabase({ accounts: ACCOUNTS });
});
beforeEach(() => open());
afterEach(() => portal.remove());
afterAll(async () => {
  await database.stop();
  rmSync(folder, { recursive: true });
});

async function open(): Promise<void> {
  const keys = readFileSync(keyFile, 'utf8');
  portal = await startTestPortal({ DATABASE_URL: database.url, CARDWRIGHT_KEYS: keys });
}

async function restart(): Promise<void> {
  await portal.remove();
  await open();
}

const fetched = async (address: string): Promise<Response> => fetch(`http://127.0.0.1:${portal.port}${address}`);
const read = async (address: string): Promise<Buffer> => Buffer.from(await (await fetched(address)).arrayBuffer());

/** Issues a device, and returns its id and the serial numbers of its certificates. */
async function issue(by: string): Promise<{ id: string; serials: string[] }> {
  const browser = await Browser.login(portal, by);
  expect(await browser.relay(await browser.openHost(new TestCard('piv', null, null)))).toMatchObject({ state: 'done' });
  const device = (await listDevices(browser)).devices.at(-1);
  if (!device) throw new Error('no device was issued');
  return { id: device.id, serials: device.certificates.map(({ serialNumber }) => serialNumber.toLowerCase()) };
}

/** Reads a published CRL, has openssl check its signature by the certificate beside it, and returns the serial numbers in it. */
async function revokedIn(base: string): Promise<string[]> {
  const authority = path.join(folder, 'authority.pem');
  writeFileSync(authority, await read(`${base}/ca.pem`));
  const order = ['crl', '-inform', 'DER', '-noout', '-text', '-CAfile', authority];
  const options = { input: await read(`${base}/crl.der`), encoding: 'utf8', stdio: 'pipe' } as const;
  const text = execFileSync('openssl', order, options);
  // Without the right key, openssl says so and ends with 1.
  return [...text.matchAll(/Serial Number: (\w+)/g)].map(([, serial = '']) => serial.toLowerCase()).sort();
}

it('signs the CRLs of both keys, each with its own certificates, and issues with the new one', async () => {
  const before = await issue('alice');
  const later = { ...(await newAuthority()), from: new Date(Date.now() - DAY).toISOString() };
  await addLaterAuthority(keyFile, () => Promise.resolve(later));
  await restart();
  const after = await issue('bob');

  const olga = await Browser.login(portal, 'olga');
  for (const { id } of [before, after]) expect(await act(olga, id, 'terminate')).toMatchObject({ status: 200 });
  const { authority, laterAuthorities } = await readKeyRing(readFileSync(keyFile, 'utf8'));
  expect(laterAuthorities).toHaveLength(1);
  const address = `/ca/${keyIdOf(later.certificate)}`;
  expect(await revokedIn('/ca')).toEqual(before.serials.toSorted());
  expect(await revokedIn(address)).toEqual(after.serials.toSorted());
  expect(new X509Certificate(await read('/ca/ca.der')).raw).toEqual(new X509Certificate(authority.certificate).raw);
  expect(new X509Certificate(await read(`${address}/ca.der`)).raw).toEqual(new X509Certificate(later.certificate).raw);
});

it('publishes the next authority before it begins, which issues nothing until then', async () => {
  const later = { ...(await newAuthority()), from: new Date(Date.now() + 30 * DAY).toISOString() };
  await addLaterAuthority(keyFile, () => Promise.resolve(later));
  await restart();
  const { id, serials } = await issue('bob');
  const olga = await Browser.login(portal, 'olga');
  expect(await act(olga, id, 'terminate')).toMatchObject({ status: 200 });
  expect(await revokedIn(`/ca/${keyIdOf(later.certificate)}`)).toEqual([]);
  const [issuing] = (await readKeyRing(readFileSync(keyFile, 'utf8'))).laterAuthorities;
  expect(await revokedIn(`/ca/${keyIdOf(issuing?.certificate ?? '')}`)).toEqual(expect.arrayContaining(serials));
});

it.each(['x', '0'.repeat(40), 'A'.repeat(4000), '%00', '%2e%2e%2fca', 'constructor'])(
  'publishes nothing for another key: %j',
  async (key) => {
    for (const name of ['ca.der', 'ca.pem', 'crl.der'])
      expect([name, (await fetched(`/ca/${key}/${name}`)).status]).toEqual([name, 404]);
  },
);

/** The identifier of a certified key, as openssl prints it. */
function keyIdOf(certificate: string): string {
  const order = ['x509', '-noout', '-ext', 'subjectKeyIdentifier'];
  const text = execFileSync('openssl', order, { input: certificate, encoding: 'utf8' });
  return text.split('\n')[1]?.trim().replaceAll(':', '').toLowerCase() ?? '';
}
