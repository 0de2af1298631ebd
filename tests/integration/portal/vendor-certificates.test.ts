import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { validate } from '@cardwright/protocol';
import { inRepository } from '@cardwright/stage';
import { eq } from 'drizzle-orm';
import * as v from 'valibot';
import { importVendorCertificates } from '../../../portal/src/server/attestation/vendor-import.js';
import { listAudit } from '../../../portal/src/server/store/audit-list.js';
import { loadKeyRing } from '../../../portal/src/server/keys/key-ring.js';
import { openPortalDatabase, type PortalDatabase } from '../../../portal/src/server/store/database.js';
import { drizzleStore } from '../../../portal/src/server/store/drizzle-store.js';
import { devicePolicies } from '../../../portal/src/server/store/schema.js';
import { ADMINISTRATOR } from '../../support/administrator.js';
import { certify } from './support/attestation-authority.js';
import { Browser, startEmbeddedPortal, startTestPortal, type TestPortal } from './support/test-portal.js';
import { thoroughDescribe } from '../../support/thorough.js';

const PATH = '/api/operator/vendor-certificates';

let root: string;
let level: string;
let portal: TestPortal;

beforeAll(async () => {
  const authority = await certify({ subject: 'Vendor root' });
  root = authority.certificate.toString('pem');
  level = (await certify({ subject: 'Vendor level', issuer: authority })).certificate.toString('pem');
});
const fingerprintOf = (pem: string): string =>
  createHash('sha256')
    .update(Buffer.from(pem.replaceAll(/-----[^-]+-----/g, ''), 'base64'))
    .digest('hex');

const waiting = v.looseObject({ proposals: v.array(v.looseObject({ id: v.string() })) });
const inWords = (subject: string, pem: string): string => `CN=${subject} (SHA-256 ${fingerprintOf(pem)})`;

/** Opens the database of a closed portal. */
async function withStore<T>(look: (store: PortalDatabase) => Promise<T>): Promise<T> {
  const store = await openPortalDatabase(portal.configuration.database);
  try {
    return await look(store);
  } finally {
    await store.close();
  }
}

const readTrust = () =>
  withStore(async ({ db }) => {
    const [row] = await db.select().from(devicePolicies).where(eq(devicePolicies.model, 'yubikey'));
    const policy = row?.policy;
    const entries = await listAudit(db, null, 100, undefined);
    return {
      roots: policy?.attestationRoots,
      intermediates: policy?.attestationIntermediates,
      audit: entries
        .filter(({ event }) => event.startsWith('policy.'))
        .map(({ event, actor, detail }) => [event, actor, detail.trust ?? detail.changes]),
    };
  });

describe("an operator's import", () => {
  let olga: Browser;
  beforeAll(async () => {
    portal = await startTestPortal({ CARDWRIGHT_ATTESTATION_ROOTS: '' });
    olga = await Browser.login(portal, 'olga');
  });
  afterAll(() => portal.remove());

  const readPresent = () => olga.get(`${PATH}?model=yubikey`);
  const confirmWaiting = async (): Promise<void> => {
    const oscar = await Browser.login(portal, 'oscar');
    const { proposals } = validate(waiting, (await oscar.get('/api/operator/policy')).body);
    for (const { id } of proposals) await oscar.post(`/api/operator/policy/proposals/${id}/confirm`, {});
  };

  it.each([
    ['a model that nobody issues', { model: 'titan' }, 'INVALID_PARAMS'],
    ['a text without a certificate', { pem: 'no certificate' }, 'INVALID_PARAMS'],
    ['an unknown member', { more: true }, 'INVALID_PARAMS'],
  ])('is refused for %s', async (_name, change, code) => {
    const order = { model: 'yubikey', pem: root, trustUnknown: true, ...change };
    expect(await olga.post(PATH, order)).toMatchObject({ code });
    expect(await readPresent()).toMatchObject({ body: { present: [] } });
  });

  it('is refused if the policy would hold more than sixteen roots', async () => {
    const many = await Promise.all(Array.from({ length: 17 }, (_, index) => certify({ subject: `Root ${index}` })));
    const pem = many.map(({ certificate }) => certificate.toString('pem')).join('\n');
    expect(await olga.post(PATH, { model: 'yubikey', pem, trustUnknown: true })).toMatchObject({
      code: 'INVALID_PARAMS',
    });
    expect(await readPresent()).toMatchObject({ body: { present: [] } });
  });

  it('is only for operators', async () => {
    const alice = await Browser.login(portal, 'alice');
    expect(await alice.post(PATH, { model: 'yubikey', pem: root, trustUnknown: true })).toMatchObject({
      code: 'FORBIDDEN',
    });
    expect(await alice.get(`${PATH}?model=yubikey`)).toMatchObject({ code: 'FORBIDDEN' });
    const removal = { model: 'yubikey', fingerprint: fingerprintOf(root) };
    expect(await alice.send('DELETE', PATH, removal)).toMatchObject({ code: 'FORBIDDEN' });
  });

  it('stops at unknown certificates, until the operator trusts them; they can then be removed', async () => {
    const order = { model: 'yubikey', pem: `${level}\n${root}` };
    expect(await olga.post(PATH, { ...order, trustUnknown: false })).toMatchObject({
      status: 200,
      body: {
        accepted: false,
        certificates: [
          { name: 'CN=Vendor level', fingerprint: fingerprintOf(level), role: 'intermediate', verdict: 'unknown' },
          { name: 'CN=Vendor root', fingerprint: fingerprintOf(root), role: 'root', verdict: 'unknown' },
        ],
        present: [],
      },
    });
    const trusting = { ...order, trustUnknown: true, consent: true };
    expect(await olga.post(PATH, trusting)).toMatchObject({
      body: { accepted: true, certificates: [{ verdict: 'waiting' }, { verdict: 'waiting' }], present: [] },
    });
    await confirmWaiting();
    expect(await olga.post(PATH, { ...order, trustUnknown: false })).toMatchObject({
      body: { accepted: true, certificates: [{ verdict: 'present' }, { verdict: 'present' }], present: [{}, {}] },
    });
    expect(await olga.get(`${PATH}?model=yubikey`)).toMatchObject({
      body: { present: [{ role: 'root' }, { role: 'intermediate' }] },
    });
    const removal = { model: 'yubikey', fingerprint: fingerprintOf(level) };
    expect(await olga.send('DELETE', PATH, removal)).toMatchObject({ body: { present: [{ role: 'root' }] } });
    await portal.close();
    const imported = `Trusted root: not trusted → ${inWords('Vendor root', root)}; Intermediate certificate: not trusted → ${inWords('Vendor level', level)}`;
    expect(await readTrust()).toEqual({
      roots: [root],
      intermediates: [],
      audit: [
        ['policy.changed', 'olga', `Intermediate certificate: ${inWords('Vendor level', level)} → not trusted`],
        ['policy.changed', 'oscar', imported],
        ['policy.proposed', 'olga', imported],
      ],
    });
  });
});

describe("a vendor's own file", () => {
  beforeAll(async () => {
    portal = await startTestPortal({ CARDWRIGHT_ATTESTATION_ROOTS: '' });
    await portal.close();
  });
  afterAll(() => portal.remove());

  it('is imported with its known certificates; its authorities for other applications are left out', async () => {
    const authority = await certify({ subject: 'Vendor root' });
    const fido = await certify({ subject: 'Vendor FIDO', issuer: authority });
    const [rootPem, fidoPem] = [authority, fido].map(({ certificate }) => certificate.toString('pem'));
    const known = new Map([[fingerprintOf(rootPem ?? ''), 'Known root']]);
    const order = { model: 'yubikey', pem: `${rootPem}\n${fidoPem}`, trustUnknown: false };
    const { dataFolder, keys } = portal.configuration;
    const ring = await loadKeyRing(dataFolder, keys);
    const outcome = await withStore((store) =>
      importVendorCertificates(drizzleStore(store, ring), ADMINISTRATOR, order, known),
    );
    expect(outcome).toMatchObject({ accepted: true, certificates: [{ verdict: 'imported' }, { verdict: 'left-out' }] });
    expect(await readTrust()).toMatchObject({ roots: [rootPem], intermediates: [] });
  });
});

thoroughDescribe('the command import-vendor-certificates', () => {
  beforeAll(async () => {
    portal = await startEmbeddedPortal({ CARDWRIGHT_ATTESTATION_ROOTS: '' });
  });
  afterAll(() => portal.remove());

  const run = promisify(execFile);

  async function command(content: string, ...options: string[]): Promise<{ code: number; output: string }> {
    writeFileSync(join(portal.folder, 'vendor.pem'), content);
    const args = [inRepository('portal', 'dist', 'server', 'main.js'), 'import-vendor-certificates', 'vendor.pem'];
    const env = { ...process.env, CARDWRIGHT_DATA: portal.folder, INIT_CWD: portal.folder };
    try {
      const { stdout } = await run(process.execPath, [...args, ...options], { env });
      return { code: 0, output: stdout };
    } catch (error) {
      const { code, stdout, stderr } = error as { code: number; stdout: string; stderr: string };
      return { code, output: `${stdout}${stderr}` };
    }
  }

  it('does not touch the embedded database of a running portal', async () => {
    expect(await command(root, '--trust-unknown')).toMatchObject({
      code: 1,
      output: expect.stringContaining(`process ${process.pid} uses the embedded database`),
    });
    await portal.close();
    expect(await readTrust()).toMatchObject({ roots: [], audit: [] });
  });

  it('ends with 1 at an unknown certificate and imports nothing, until told to trust it', async () => {
    const refused = await command(`${root}\n${level}`);
    expect(refused).toMatchObject({ code: 1, output: expect.stringContaining(fingerprintOf(root)) });
    expect(refused.output).toContain('NOT KNOWN');
    expect(refused.output).toContain('Nothing was imported.');
    expect(await readTrust()).toMatchObject({ roots: [], audit: [] });

    expect(await command(`${root}\n${level}`, '--trust-unknown')).toMatchObject({ code: 0 });
    expect(await readTrust()).toEqual({
      roots: [root],
      intermediates: [level],
      audit: [['policy.changed', 'command line', expect.stringContaining(inWords('Vendor root', root))]],
    });
    expect(await command(root, '--model', 'titan')).toMatchObject({
      code: 1,
      output: expect.stringContaining('expected a model with a policy'),
    });
  });

  it('lists its options for an unknown argument', async () => {
    expect(await command(root, '--trust')).toMatchObject({ code: 1, output: expect.stringContaining('Usage: ') });
  });
});
