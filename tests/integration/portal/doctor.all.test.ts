import 'reflect-metadata';
import { execFile } from 'node:child_process';
import { createHash, webcrypto } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { inRepository } from '@cardwright/stage';
import * as x509 from '@peculiar/x509';
import * as v from 'valibot';
import { checkConfiguration, doctor } from '../../../portal/src/server/commands/doctor/doctor.js';
import { AREAS } from '../../../portal/src/features/list.js';
import type { Finding } from '../../../portal/src/server/findings/finding.js';
import { loadKeyRing } from '../../../portal/src/server/keys/key-ring.js';
import { openPortalDatabase } from '../../../portal/src/server/store/database.js';
import { registrationAuthorities } from '../../../portal/src/server/store/schema.js';
import { startOwnPostgres } from '../../support/postgres.js';
import { certify, newKeys } from './support/attestation-authority.js';
import { startEmbeddedPortal, type TestPortal } from './support/test-portal.js';

const ECDSA = { name: 'ECDSA', namedCurve: 'P-256' } as const;

const report = v.strictObject({
  findings: v.array(
    v.strictObject({
      area: v.picklist(Object.keys(AREAS)),
      outcome: v.picklist(['ok', 'warning', 'problem', 'skipped']),
      text: v.pipe(v.string(), v.regex(/\.$/)),
      advice: v.nullable(v.string()),
    }),
  ),
  verdict: v.string(),
});

/** Returns the command's output as JSON, from this process. */
async function examine(environment: NodeJS.ProcessEnv) {
  const lines: string[] = [];
  const code = await doctor(['--json'], environment, (line) => lines.push(line));
  return { code, text: lines.join('\n'), ...v.parse(report, JSON.parse(lines.join('\n'))) };
}

const of = (area: string, findings: readonly { area: string; outcome: string; text: string }[]): string[] =>
  findings.filter((finding) => finding.area === area).map(({ outcome, text }) => `${outcome}: ${text}`);

/** Lists every file of a folder, with the hash of its content. */
async function contentOf(folder: string): Promise<Record<string, string>> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map(({ parentPath, name }) => join(parentPath, name));
  const hashed = files.map(async (file) => {
    const hash = createHash('sha256')
      .update(await readFile(file))
      .digest('hex');
    return [file, hash] as const;
  });
  return Object.fromEntries(await Promise.all(hashed));
}

describe('the command doctor', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'cardwright-doctor-test-'));
  });
  afterAll(() => rm(folder, { recursive: true }));

  it('checks a portal that was never started, and creates nothing', async () => {
    const { code, findings, verdict } = await examine({ CARDWRIGHT_DATA: folder });
    expect(code).toBe(0);
    expect(of('address', findings)).toEqual([
      'warning: The portal has no public address: it is at http://localhost alone.',
    ]);
    expect(of('database', findings)).toEqual([expect.stringMatching(/^ok: The portal makes one in /)]);
    expect(of('authority', findings)).toEqual(['skipped: The portal makes its own when it starts for the first time.']);
    expect(of('certificate-policies', findings)).toEqual([expect.stringMatching(/^warning: .*: placeholders, /)]);
    expect(verdict).toBe('2 warnings, 2 not checked.');
    expect(await readdir(folder)).toEqual([]);
  });

  it('is a command of the portal, in columns for people', async () => {
    const args = [inRepository('portal', 'dist', 'server', 'main.js'), 'doctor'];
    const env = { ...process.env, CARDWRIGHT_DATA: folder };
    const { stdout } = await promisify(execFile)(process.execPath, args, { env });
    expect(stdout).toMatch(/^Configuration {13}ok {7}This is version .*\n +ok {7}The portal makes its keys/);
    expect(stdout).toMatch(/\n\n2 warnings, 2 not checked\.\n$/);
  });

  it('ends with 1 if a variable is wrong, and names it', async () => {
    const { code, findings } = await examine({ CARDWRIGHT_DATA: folder, CARDWRIGHT_ORIGIN: 'portal' });
    expect(code).toBe(1);
    expect(of('configuration', findings)).toEqual([expect.stringContaining('problem: CARDWRIGHT_ORIGIN is not valid')]);
  });

  it('quotes nothing of an unreadable key file', async () => {
    const keys = join(folder, 'keys');
    await writeFile(keys, '{ "signing": "very-secret" oops');
    const { code, findings, text } = await examine({ CARDWRIGHT_DATA: folder, CARDWRIGHT_KEYS: keys });
    expect(code).toBe(1);
    expect(of('configuration', findings)).toContain('problem: CARDWRIGHT_KEYS cannot be read.');
    expect(of('authority', findings)).toEqual(['skipped: Not checked, because the keys cannot be read.']);
    expect(text).not.toContain('very-secret');
    await rm(keys);
  });

  it('lists its options for an unknown argument', async () => {
    const lines: string[] = [];
    expect(await doctor(['--all'], {}, (line) => lines.push(line))).toBe(1);
    expect(lines).toEqual(['Usage: doctor [--json]']);
  });
});

describe('the command doctor, with the database of a portal that has run,', () => {
  let portal: TestPortal;
  let whileRunning: readonly Finding[];
  const environment = () => ({ CARDWRIGHT_DATA: portal.folder });
  beforeAll(async () => {
    portal = await startEmbeddedPortal();
    const { configuration, origin } = portal;
    whileRunning = await checkConfiguration({ ...configuration, origin, database: { folder: 'memory://' } });
    await portal.close();
  });
  afterAll(() => portal.remove());

  it('reads a copy, and changes nothing', async () => {
    const before = await contentOf(portal.folder);
    const scratch = await mkdtemp(join(tmpdir(), 'cardwright-doctor-test-'));
    const { TMPDIR } = process.env;
    process.env.TMPDIR = scratch;
    const { code, findings } = await examine(environment()).finally(() => {
      if (TMPDIR === undefined) delete process.env.TMPDIR;
      else process.env.TMPDIR = TMPDIR;
    });
    expect(code).toBe(0);
    expect(of('database', findings)).toEqual(['ok: Embedded database, up to date.']);
    expect(of('authority', findings)).toEqual([
      expect.stringMatching(/^ok: "Cardwright Development CA", valid until \d{4}/),
    ]);
    expect(of('certificate-policies', findings)).toEqual([expect.stringMatching(/^warning: .*: placeholders, /)]);
    expect(await contentOf(portal.folder)).toEqual(before);
    expect(await readdir(scratch)).toEqual([]);
    await rm(scratch, { recursive: true });
  });

  it('finds the registration authority that the portal made, and faults for mobile devices', async () => {
    const { key, certificate: pem } = (await loadKeyRing(portal.folder, null)).authority;
    const certificate = new x509.X509Certificate(pem);
    const privateKey = await webcrypto.subtle.importKey('jwk', key, ECDSA, true, ['sign']);
    const publicKey = await certificate.publicKey.export(ECDSA, ['verify']);
    const issuer = { certificate, keys: { privateKey, publicKey } };
    const made = await certify({ subject: 'RA', issuer, keys: await newKeys(2048), until: 90, isAuthority: false });
    const store = await openPortalDatabase(portal.configuration.database);
    await store.db.insert(registrationAuthorities).values({
      id: 1,
      sealedKey: 'sealed',
      certificate: Buffer.from(made.certificate.rawData).toString('base64url'),
      notAfter: made.certificate.notAfter,
    });
    await store.close();

    const file = join(portal.folder, 'apple.pem');
    await writeFile(file, (await certify({ subject: 'Not Apple', until: 900 })).certificate.toString('pem'));
    const settings = { organization: 'Example', deviceAuthorities: [file] };
    const { code, findings } = await examine({ ...environment(), CARDWRIGHT_MOBILE: JSON.stringify(settings) });
    expect(code).toBe(1);
    expect(of('registration-authority', findings)).toEqual([
      expect.stringMatching(/^ok: "RA", valid until .*renews it\.$/),
    ]);
    expect(of('address', findings)).toEqual([expect.stringMatching(/^problem: /)]);
    expect(of('profile-signature', findings)).toEqual([expect.stringMatching(/^warning: .*Unverified\.$/)]);
    expect(of('device-authorities', findings)).toEqual([
      expect.stringContaining('warning: "Not Apple" is not Apple\'s'),
    ]);
  });

  it('leaves the database of a running portal alone, and reports that', async () => {
    // This process started the portal; a file names another live process.
    await writeFile(join(portal.folder, 'portal.pid'), String(process.ppid));
    const { code, findings } = await examine(environment());
    expect(code).toBe(0);
    expect(of('database', findings)).toEqual([
      `skipped: Not checked, because the portal is running (process ${process.ppid}) and its embedded database is its own.`,
    ]);
    expect(of('certificate-policies', findings)).toEqual([expect.stringMatching(/^skipped: Not checked, /)]);
    await rm(join(portal.folder, 'portal.pid'));
  });

  it('recognises a running portal that answers at the public address', () => {
    expect(of('reachability', whileRunning)).toEqual(['ok: This portal answers at the public address.']);
  });
});

it('reads a PostgreSQL server, up to date, empty, or gone', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'cardwright-doctor-test-'));
  const postgres = await startOwnPostgres();
  const { url } = postgres;
  const databaseOf = async () =>
    of('database', (await examine({ CARDWRIGHT_DATA: folder, DATABASE_URL: url })).findings);
  try {
    expect(await databaseOf()).toEqual(['ok: PostgreSQL, still empty: the portal fills it when it starts.']);
    const store = await openPortalDatabase({ url }, 'a password of the role');
    await store.close();
    expect(await databaseOf()).toEqual([
      'ok: PostgreSQL, up to date.',
      'ok: The portal serves as the role postgres_serve, which it has made, and which owns none of its tables.',
    ]);
  } finally {
    await postgres.stop();
  }
  const [gone] = await databaseOf();
  expect(gone).toMatch(/^problem: It cannot be read: /);
  expect(gone).not.toContain(new URL(url).password);
  await rm(folder, { recursive: true });
});
