import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from '@jest/globals';
import { readConfiguration } from '@cardwright/portal';
import { openPasskeyServices } from '../../../portal/src/server/passkeys/open-passkey-services.js';
import { certify } from '../../integration/portal/support/attestation-authority.js';

const TENANT = '1c1cbd9e-5a3e-4d5e-9c0b-2a86a9e5f1aa';
const folder = mkdtempSync(join(tmpdir(), 'cardwright-passkey-settings-'));
afterAll(() => rmSync(folder, { recursive: true }));

const entra = (change: object = {}) => ({
  kind: 'entra',
  name: 'entra',
  tenant: TENANT,
  clientId: TENANT,
  credential: { secret: { environment: 'ENTRA_SECRET' } },
  ...change,
});
const portal = (change: object = {}) => ({ kind: 'webauthn', name: 'portal', ...change });

const read = (services: readonly object[], environment: NodeJS.ProcessEnv = { ENTRA_SECRET: 'swordfish\n' }) =>
  readConfiguration({ ...environment, CARDWRIGHT_PASSKEY_SERVICES: JSON.stringify(services) }).passkeyServices;

it('has no passkey services by default', () => {
  expect(readConfiguration({}).passkeyServices).toEqual([]);
});

it('reads services from the environment or a file, and their secrets from their places', () => {
  const secret = join(folder, 'secret');
  writeFileSync(secret, 'in a file\n');
  expect(read([entra()])).toEqual([
    {
      ...entra(),
      credential: { secret: 'swordfish' },
      title: { en: 'Microsoft Entra ID' },
      authority: 'https://login.microsoftonline.com',
      graph: 'https://graph.microsoft.com',
      timeout: 10,
    },
  ]);
  const list = join(folder, 'services.json');
  writeFileSync(list, JSON.stringify([entra({ credential: { secret: { file: secret } } })]));
  expect(readConfiguration({ CARDWRIGHT_PASSKEY_SERVICES: list }).passkeyServices).toMatchObject([
    { credential: { secret: 'in a file' } },
  ]);
});

it('names its setting if its file is missing, or is not JSON', () => {
  const reading = (value: string) => () => readConfiguration({ CARDWRIGHT_PASSKEY_SERVICES: value });
  expect(reading(join(folder, 'missing.json'))).toThrow(/^CARDWRIGHT_PASSKEY_SERVICES is not valid: /);
  expect(reading('[')).toThrow('CARDWRIGHT_PASSKEY_SERVICES is not JSON');
});

it('reads certificates of manufacturers', async () => {
  const { certificate } = await certify({ subject: 'Test keys' });
  const roots = join(folder, 'roots.pem');
  writeFileSync(roots, certificate.toString('pem'));
  expect(read([portal({ roots: [roots], unattested: 'refuse' })])).toMatchObject([
    { roots: [expect.stringContaining('BEGIN CERTIFICATE')], unattested: 'refuse', aaguids: [], lifetime: 300 },
  ]);
});

it.each([
  ['another kind', [{ kind: 'okta', name: 'okta' }]],
  ['a secret in clear', [entra({ credential: { secret: 'swordfish' } })]],
  ['no secret', [entra({ credential: {} })]],
  ['a variable that is not set', [entra({ credential: { secret: { environment: 'NOT_SET' } } })]],
  ['a file that is missing', [entra({ credential: { secret: { file: join(folder, 'missing') } } })]],
  ['a key that is none', [entra({ credential: { certificate: '/dev/null', key: '/dev/null' } })]],
  ['the domain of a tenant', [entra({ tenant: 'contoso.com' })]],
  ['an authority without TLS', [entra({ authority: 'http://login.example.com' })]],
  ['Graph without TLS', [entra({ graph: 'http://graph.example.com' })]],
  ['a loopback address in a name', [entra({ graph: 'http://127.0.0.1.example.com' })]],
  ['more patience than a page has', [entra({ timeout: 13 })]],
  ['a member that there is not', [portal({ rpID: 'example.com' })]],
  ['a name that no policy could have', [portal({ name: 'The Portal' })]],
  ['a name twice', [portal(), portal({ relyingParty: { id: 'example.com', origin: 'https://example.com' } })]],
  ['the portal twice', [portal(), portal({ name: 'other' })]],
  ['a relying party of another site', [portal({ relyingParty: { id: 'a.example', origin: 'https://b.example' } })]],
  ['a relying party without TLS', [portal({ relyingParty: { id: 'a.example', origin: 'http://a.example' } })]],
  ['a public suffix', [portal({ relyingParty: { id: 'co.uk', origin: 'https://a.co.uk' } })]],
  ['attestation without a root', [portal({ unattested: 'refuse' })]],
  ['roots that are missing', [portal({ roots: [join(folder, 'missing')] })]],
  ['roots that are none', [portal({ roots: ['/dev/null'] })]],
])('refuses %s, and shows no secret', (_what, services) => {
  const reading = () => read(services);
  expect(reading).toThrow(/^CARDWRIGHT_PASSKEY_SERVICES is not valid: /);
  expect(reading).not.toThrow('swordfish');
});

it('is a relying party by the domain of its own origin, which an IP address does not have', () => {
  const [settings] = [read([portal()])];
  const origin = () => 'https://cms.example.com';
  expect(openPasskeyServices(settings, origin(), origin).own).toEqual({ service: 'portal', rpId: 'cms.example.com' });
  expect(openPasskeyServices(settings, null, origin).own).toEqual({ service: 'portal', rpId: 'localhost' });
  expect(() => openPasskeyServices(settings, 'https://192.0.2.1', origin)).toThrow('domain name');
  const other = read([portal({ relyingParty: { id: 'example.com', origin: 'https://login.example.com' } })]);
  expect(openPasskeyServices(other, origin(), origin)).toMatchObject({ own: null, all: [{ rpId: 'example.com' }] });
});
