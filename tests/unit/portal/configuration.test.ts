import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from '@jest/globals';
import { SLOTS } from '@cardwright/protocol';
import { readConfiguration } from '../../../portal/src/server/configuration.js';
import { certify } from '../../integration/portal/support/attestation-authority.js';

it('starts with nothing set: loopback, embedded database, three devices, two models and no account', () => {
  const configuration = readConfiguration({});
  expect(configuration).toMatchObject({
    host: '127.0.0.1',
    port: 8080,
    origin: null,
    deviceLimit: 3,
    accounts: [],
    keys: null,
    authority: { module: null, timeout: 10_000 },
  });
  expect(configuration.store).toEqual({ folder: join(configuration.dataFolder, 'database') });
  expect(Object.keys(configuration.policies).sort()).toEqual(['piv', 'yubikey']);
});

it('uses PostgreSQL when it is told its address', () => {
  expect(readConfiguration({ DATABASE_URL: 'postgres://db/cms' }).store).toEqual({ url: 'postgres://db/cms' });
});

it.each([
  ['PORT', 'eighty'],
  ['CARDWRIGHT_ORIGIN', 'cms.example.com'],
  ['CARDWRIGHT_ORIGIN', 'https://cms.example.com/portal'],
  ['CARDWRIGHT_DEVICE_LIMIT', '-1'],
  ['CARDWRIGHT_AUTHORITY_TIMEOUT', '0'],
  ['CARDWRIGHT_AUTHORITY_TIMEOUT', '13'],
  ['CARDWRIGHT_DEMO_ACCOUNTS', 'alice'],
])('names %s when it is wrong (%s)', (name, value) => {
  expect(() => readConfiguration({ [name]: value })).toThrow(new RegExp(`^${name} is not `));
});

it.each([undefined, '12'])(
  'has an authority answer for all the slots of a card (%s s each) well before page and host let go',
  (seconds) => {
    const environment = seconds === undefined ? {} : { CARDWRIGHT_AUTHORITY_TIMEOUT: seconds };
    const { timeout } = readConfiguration(environment).authority;
    expect(SLOTS.length * timeout).toBeLessThanOrEqual(50_000);
  },
);

it('names the member of an account that is wrong, and never quotes a password', () => {
  const accounts = [{ username: 'alice', password: 'secret', displayName: 'Alice', role: 'user' }];
  expect(() => readConfiguration({ CARDWRIGHT_DEMO_ACCOUNTS: JSON.stringify(accounts) })).toThrow(
    expect.objectContaining({ message: expect.stringMatching(/0\.password/) }),
  );
  expect(() => readConfiguration({ CARDWRIGHT_DEMO_ACCOUNTS: JSON.stringify(accounts) })).not.toThrow(/secret/);
});

describe("a vendor's certificates in a file", () => {
  const folder = mkdtempSync(join(tmpdir(), 'cardwright-roots-'));
  const file = join(folder, 'roots.pem');
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it("become roots and intermediates of every model's policy, whatever stands between them", async () => {
    const root = await certify({ subject: 'Vendor root' });
    const level = await certify({ subject: 'Vendor level', issuer: root });
    const [rootPem, levelPem] = [root, level].map(({ certificate }) => certificate.toString('pem'));
    writeFileSync(file, `Vendor level\n${levelPem}\nVendor root:\n${rootPem}\n`);
    const { policies } = readConfiguration({ CARDWRIGHT_ATTESTATION_ROOTS: file });
    expect(Object.values(policies)).toHaveLength(2);
    for (const { policy } of Object.values(policies))
      expect(policy).toMatchObject({ attestationRoots: [rootPem], attestationIntermediates: [levelPem] });
  });

  it.each(['', 'no certificate', '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----'])(
    'keep the portal from starting where they cannot be read (%j)',
    (content) => {
      writeFileSync(file, content);
      expect(() => readConfiguration({ CARDWRIGHT_ATTESTATION_ROOTS: file })).toThrow(
        /^CARDWRIGHT_ATTESTATION_ROOTS is not /,
      );
    },
  );
});
