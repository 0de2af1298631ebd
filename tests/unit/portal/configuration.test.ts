import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from '@jest/globals';
import { readConfiguration } from '@cardwright/portal';
import { SLOTS } from '@cardwright/protocol/devices';
import { DEVICE_MODELS } from '@cardwright/protocol/policy';
import { ROWS } from '../../../portal/src/server/settings/table.js';
import { certify } from '../../integration/portal/support/attestation-authority.js';

/** The models without a policy in a fresh portal, and the reasons. */
const WITHOUT_POLICY: Readonly<Record<string, string>> = {
  fido2: 'its policy names a passkey service, and a fresh portal has none',
};

/** Values that a setting refuses. */
const REFUSED: readonly (readonly [name: string, value: string])[] = [
  ['PORT', 'eighty'],
  ['CARDWRIGHT_ACTING_ALONE', 'yes'],
  // Without DATABASE_URL, which has the role that serves.
  ['CARDWRIGHT_DATABASE_OWNER_URL', 'postgres://owner@db/cms'],
  ['CARDWRIGHT_ORIGIN', 'cms.example.com'],
  ['CARDWRIGHT_ORIGIN', 'https://cms.example.com/portal'],
  ['CARDWRIGHT_ORIGIN', 'http://cms.example.com'],
  ['CARDWRIGHT_ORIGIN', 'http://localhost.example.com'],
  ['CARDWRIGHT_ORIGIN', 'ftp://cms.example.com'],
  ['CARDWRIGHT_DEVICE_LIMIT', '-1'],
  ['CARDWRIGHT_MONITOR_HOST', '127.0.0.1 and more'],
  ['CARDWRIGHT_MONITOR_PORT', '65536'],
  ['CARDWRIGHT_MONITOR_PORT', '8080'],
  ['CARDWRIGHT_PORTAL_LOG_FORMAT', 'JSON'],
  ['CARDWRIGHT_PORTAL_LOG_FORMAT', 'xml'],
  ['CARDWRIGHT_PORTAL_LOG_LEVEL', 'trace'],
  ['CARDWRIGHT_HELP_DESK_URL', 'javascript:alert(1)'],
  ['CARDWRIGHT_HELP_DESK_URL', 'http://it.example/'],
  ['CARDWRIGHT_HELP_DESK_PHONE', 'javascript:alert(1)'],
  ['CARDWRIGHT_HELP_DESK_EMAIL', 'it@example.org?bcc=x'],
  ['CARDWRIGHT_DOWNLOAD_LINUX', 'data:text/html,x'],
  ['CARDWRIGHT_AUTHORITY_TIMEOUT', '0'],
  ['CARDWRIGHT_AUTHORITY_TIMEOUT', '13'],
  ['CARDWRIGHT_CRL_LIFETIME', '4'],
  ['CARDWRIGHT_CRL_LIFETIME', '1441'],
  ['CARDWRIGHT_CRL_INTERVAL', '-1'],
  ['CARDWRIGHT_CRL_INTERVAL', 'often'],
  ['CARDWRIGHT_CRL_INTERVAL', '3601'],
  // More than half of an hour, the lifetime of a CRL.
  ['CARDWRIGHT_CRL_INTERVAL', '1801'],
  ['CARDWRIGHT_TRUSTED_PROXIES', 'localhost'],
  ['CARDWRIGHT_TRUSTED_PROXIES', '10.0.0.0/33'],
  ['CARDWRIGHT_TRUSTED_PROXIES', '0.0.0.0/0'],
  ['CARDWRIGHT_TRUSTED_PROXIES', '10.0.0.1,,10.0.0.2'],
  ['CARDWRIGHT_OPERATIONS_PER_HOUR', '0'],
  ['CARDWRIGHT_WITNESSES_PER_HOUR', 'many'],
  ['CARDWRIGHT_CARDS_PER_HOUR', '0'],
  ['CARDWRIGHT_OTHERS_CARDS_PER_HOUR', '0'],
  ['CARDWRIGHT_POLICY_OID_PROVED', '2.25'],
  ['CARDWRIGHT_POLICY_OID_PROVED', '1.40.1'],
  ['CARDWRIGHT_POLICY_OID_PROVED', '2.25.01'],
  ['CARDWRIGHT_POLICY_OID_UNPROVED', '3.1.1'],
  ['CARDWRIGHT_DEMO_ACCOUNTS', 'alice'],
  ['CARDWRIGHT_KEYS', '/no/such/file'],
  ['CARDWRIGHT_AUTHORITY', ''],
  ['CARDWRIGHT_DEVICE_POLICIES', '/no/such/file'],
  ['CARDWRIGHT_ATTESTATION_ROOTS', '/no/such/file'],
  ['CARDWRIGHT_DEVICE_SOURCE', 'In room 12.\nOr 13.'],
  ['CARDWRIGHT_DEVICE_SOURCE_URL', 'javascript:alert(1)'],
  ['CARDWRIGHT_PASSKEY_SERVICES', '/no/such/file'],
  ['CARDWRIGHT_PASSKEY_SERVICES', '{}'],
  ['CARDWRIGHT_MOBILE', '{}'],
  ['CARDWRIGHT_SESSION_IDLE', '0'],
  ['CARDWRIGHT_SESSION_IDLE', '481'],
  ['CARDWRIGHT_SESSION_LIFETIME', '0'],
  ['CARDWRIGHT_SESSION_LIFETIME', '25'],
  ['CARDWRIGHT_SIGN_IN', '/no/such/file'],
  ['CARDWRIGHT_SIGN_IN', '{"oidc": [{}]}'],
  ['CARDWRIGHT_SIGN_IN', '{"leavers": "terminate"}'],
  ['CARDWRIGHT_SIGN_IN', '{"leavers": true}'],
  ['CARDWRIGHT_SIGN_IN', '{"leavers": {}}'],
  ['CARDWRIGHT_SIGN_IN', '{"leavers": {"terminateAfter": 0}}'],
  ['CARDWRIGHT_SIGN_IN', '{"leavers": {"terminateAfter": 366}}'],
  ['CARDWRIGHT_SIGN_IN', '{"leavers": {"terminateAfter": 1.5}}'],
  ['CARDWRIGHT_SIGN_IN', '{"leavers": {"terminateAfter": "30"}}'],
  ['CARDWRIGHT_SIGN_IN', '{"oidc": [{"secondFactor": "nowhere"}]}'],
  ['CARDWRIGHT_PASSWORD_WORDS', 'acme,it'],
  ['CARDWRIGHT_SECOND_FACTOR', 'operators'],
  ['CARDWRIGHT_SECOND_FACTOR', 'Staff'],
  ['CARDWRIGHT_OPERATION_AGE', '0'],
  ['CARDWRIGHT_OPERATION_AGE', '169'],
  ['CARDWRIGHT_CODE_TRIES_PER_HOUR', '0'],
  ['CARDWRIGHT_UNLOCK_CODES_PER_HOUR', '0'],
  ['CARDWRIGHT_RENAMES_PER_HOUR', '0'],
  ['CARDWRIGHT_REPORTS_PER_HOUR', '0'],
  ['CARDWRIGHT_SIGN_INS_PER_HOUR', '0'],
  ['CARDWRIGHT_CHANGES_PER_HOUR', '0'],
  ['CARDWRIGHT_STEPS_PER_HOUR', '0'],
  ['CARDWRIGHT_HELP_DESK_NAME', 'x'.repeat(101)],
  ['CARDWRIGHT_DOWNLOAD_EXTENSION', 'http://it.example/'],
  ['CARDWRIGHT_DOWNLOAD_WINDOWS', 'file:///C:/cardwright.msi'],
  ['CARDWRIGHT_DOWNLOAD_MACOS', 'it.example/cardwright.pkg'],
  ['CARDWRIGHT_SECURITY_CONTACTS', 'security@example.com'],
  ['CARDWRIGHT_SECURITY_CONTACTS', 'http://example.com/report'],
  ['CARDWRIGHT_SECURITY_CONTACTS', 'javascript:alert(1)'],
  ['CARDWRIGHT_SECURITY_CONTACTS', 'mailto:a@b.example\nContact: mailto:c@d.example'],
];

/** The settings that take any text: no value of theirs is wrong before it is used. */
const TAKES_ANY_TEXT = ['HOST', 'DATABASE_URL', 'CARDWRIGHT_DATA'];

it('starts without any settings: loopback, embedded database, three devices, and no account', () => {
  const configuration = readConfiguration({});
  expect(configuration).toMatchObject({
    host: '127.0.0.1',
    port: 8080,
    origin: null,
    deviceLimit: 3,
    accounts: [],
    keys: null,
    authority: { module: null, timeout: 10_000, crl: { lifetime: 60 * 60_000, interval: 60_000 } },
    trustedProxies: [],
    quotas: {
      operationsPerHour: 60,
      witnessesPerHour: 120,
      cardsPerHour: 600,
      othersCardsPerHour: 20,
      codeTriesPerHour: 20,
      unlockCodesPerHour: 60,
      renamesPerHour: 60,
      reportsPerHour: 20,
      signInsPerHour: 60,
      changesPerHour: 600,
      stepsPerHour: 6000,
    },
  });
  expect(configuration.database).toEqual({ folder: join(configuration.dataFolder, 'database') });
});

it.each(DEVICE_MODELS)('has a policy for the model %s from the start, or a reason for none', (model) => {
  expect(Object.hasOwn(readConfiguration({}).devicePolicies, model)).toBe(!Object.hasOwn(WITHOUT_POLICY, model));
});

it('has policies for no other models', () => {
  expect(DEVICE_MODELS).toEqual(expect.arrayContaining(Object.keys(readConfiguration({}).devicePolicies)));
});

it('asks for a second factor of the staff, and for none only where the administrator says so', () => {
  expect(readConfiguration({}).secondFactor).toBe('staff');
  const at = (origin: string, secondFactor = '') =>
    readConfiguration({ CARDWRIGHT_ORIGIN: origin, CARDWRIGHT_SECOND_FACTOR: secondFactor }).secondFactor;
  expect(at('https://cms.example.com')).toBe('staff');
  for (const origin of ['https://192.0.2.7', 'http://127.0.0.1:8080']) {
    expect(() => at(origin)).toThrow('CARDWRIGHT_SECOND_FACTOR is not valid: expected nobody, because browsers');
    expect(() => at(origin, 'everyone')).toThrow('CARDWRIGHT_SECOND_FACTOR');
    expect(at(origin, 'nobody')).toBe('nobody');
  }
});

it('names the configured help desk', () => {
  const environment = {
    CARDWRIGHT_HELP_DESK_NAME: 'IT Service Desk',
    CARDWRIGHT_DOWNLOAD_MACOS: 'https://it.example/c.pkg',
  };
  expect(readConfiguration(environment).helpDesk).toEqual({
    name: 'IT Service Desk',
    macos: 'https://it.example/c.pkg',
  });
  expect(readConfiguration({}).helpDesk).toEqual({});
});

it('uses PostgreSQL at the configured address', () => {
  expect(readConfiguration({ DATABASE_URL: 'postgres://db/cms' }).database).toEqual({
    url: 'postgres://db/cms',
    ownerUrl: null,
  });
});

it.each(ROWS)('refuses a wrong value of $variable, or takes any text', ({ variable }) => {
  expect(REFUSED.some(([name]) => name === variable)).toBe(!TAKES_ANY_TEXT.includes(variable));
});

it.each(REFUSED)('names %s if it is wrong (%s)', (name, value) => {
  expect(() => readConfiguration({ [name]: value })).toThrow(new RegExp(`^${name} is not `));
});

it.each([
  [{}, 'nothing'],
  [{ CARDWRIGHT_SIGN_IN: '{}' }, 'nothing'],
  [{ CARDWRIGHT_SIGN_IN: '{"leavers": "suspend"}' }, 'suspend'],
  [{ CARDWRIGHT_SIGN_IN: '{"leavers": {"terminateAfter": 30}}' }, { terminateAfter: 30 }],
])('does to the devices of leavers what %j says', (environment, leavers) => {
  expect(readConfiguration(environment).signIn.leavers).toEqual(leavers);
});

it('has sessions that end 30 minutes after their last use and 8 hours after the last proof, the first end not after the other', () => {
  expect(readConfiguration({}).sessionEnds).toEqual({ idle: 30 * 60_000, lifetime: 8 * 3_600_000 });
  const both = (minutes: string) => () =>
    readConfiguration({ CARDWRIGHT_SESSION_LIFETIME: '1', CARDWRIGHT_SESSION_IDLE: minutes });
  expect(both('60')().sessionEnds).toEqual({ idle: 3_600_000, lifetime: 3_600_000 });
  expect(both('61')).toThrow('CARDWRIGHT_SESSION_IDLE is not valid: expected CARDWRIGHT_SESSION_LIFETIME at most');
});

it.each([
  [{}, { lifetime: 60 * 60_000, interval: 60_000 }],
  [{ CARDWRIGHT_CRL_INTERVAL: '0' }, { lifetime: 60 * 60_000, interval: 0 }],
  [{ CARDWRIGHT_CRL_INTERVAL: '1800' }, { lifetime: 60 * 60_000, interval: 1_800_000 }],
  [{ CARDWRIGHT_CRL_LIFETIME: '5' }, { lifetime: 5 * 60_000, interval: 60_000 }],
  [
    { CARDWRIGHT_CRL_LIFETIME: '1440', CARDWRIGHT_CRL_INTERVAL: '3600' },
    { lifetime: 86_400_000, interval: 3_600_000 },
  ],
])('makes a CRL at most once in an interval, which is at most half of its lifetime (%j)', (environment, times) => {
  expect(readConfiguration(environment).authority.crl).toEqual(times);
});

it.each([undefined, '12'])(
  'lets an authority answer for all slots of a card (%s s each) well before page and host give up',
  (seconds) => {
    const environment = seconds === undefined ? {} : { CARDWRIGHT_AUTHORITY_TIMEOUT: seconds };
    const { timeout } = readConfiguration(environment).authority;
    expect(SLOTS.length * timeout).toBeLessThanOrEqual(50_000);
  },
);

it('names the wrong member of an account, and never quotes a password', () => {
  const accounts = [{ username: 'alice', password: 'secret', displayName: 'Alice', role: 'user' }];
  expect(() => readConfiguration({ CARDWRIGHT_DEMO_ACCOUNTS: JSON.stringify(accounts) })).toThrow(
    expect.objectContaining({ message: expect.stringMatching(/0\.password/) }),
  );
  expect(() => readConfiguration({ CARDWRIGHT_DEMO_ACCOUNTS: JSON.stringify(accounts) })).not.toThrow(/secret/);
});

describe('demo accounts', () => {
  const account = { username: 'alice', password: 'secret-words', displayName: 'Alice', role: 'user' };
  const environment = { CARDWRIGHT_DEMO_ACCOUNTS: JSON.stringify([account]) };

  it('are refused in production, in a sentence that says what to do and quotes no password', () => {
    const start = () => readConfiguration({ ...environment, NODE_ENV: 'production' });
    expect(start).toThrow(/^CARDWRIGHT_DEMO_ACCOUNTS is not for production .*Remove it: .* still sign in/);
    expect(start).not.toThrow(/secret/);
    expect(readConfiguration({ CARDWRIGHT_DEMO_ACCOUNTS: '[]', NODE_ENV: 'production' }).accounts).toEqual([]);
  });

  it('alone have passwords hashed at a lower cost than that of OWASP', () => {
    expect(readConfiguration(environment).passwordCost).toEqual({ N: 2, r: 1, p: 1 });
    expect(readConfiguration({}).passwordCost).toEqual({ N: 2 ** 15, r: 8, p: 3 });
  });
});

describe("a vendor's certificates in a file", () => {
  const folder = mkdtempSync(join(tmpdir(), 'cardwright-roots-'));
  const file = join(folder, 'roots.pem');
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it("become roots and intermediates of every model's policy, whatever the text between them", async () => {
    const root = await certify({ subject: 'Vendor root' });
    const level = await certify({ subject: 'Vendor level', issuer: root });
    const [rootPem, levelPem] = [root, level].map(({ certificate }) => certificate.toString('pem'));
    writeFileSync(file, `Vendor level\n${levelPem}\nVendor root:\n${rootPem}\n`);
    const { devicePolicies } = readConfiguration({ CARDWRIGHT_ATTESTATION_ROOTS: file });
    expect(Object.keys(devicePolicies)).toEqual(Object.keys(readConfiguration({}).devicePolicies));
    for (const { policy } of Object.values(devicePolicies))
      expect(policy).toMatchObject({ attestationRoots: [rootPem], attestationIntermediates: [levelPem] });
  });

  it.each(['', 'no certificate', '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----'])(
    'keep the portal from starting if they are unreadable (%j)',
    (content) => {
      writeFileSync(file, content);
      expect(() => readConfiguration({ CARDWRIGHT_ATTESTATION_ROOTS: file })).toThrow(
        /^CARDWRIGHT_ATTESTATION_ROOTS is not /,
      );
    },
  );
});

it('trusts the configured proxies, addresses and networks of both versions', () => {
  const { trustedProxies } = readConfiguration({
    CARDWRIGHT_TRUSTED_PROXIES: '10.0.0.0/8, 192.0.2.1,::1, 2001:db8::/32',
  });
  expect(trustedProxies).toEqual(['10.0.0.0/8', '192.0.2.1', '::1', '2001:db8::/32']);
});

describe('certificate policies', () => {
  const PROVED = { CARDWRIGHT_POLICY_OID_PROVED: '1.3.6.1.4.1.55555.1' };
  const UNPROVED = { CARDWRIGHT_POLICY_OID_UNPROVED: '2.25.34517819234173437188034120473121088419' };
  const [proved, unproved] = ['1.3.6.1.4.1.55555.1', '2.25.34517819234173437188034120473121088419'];

  it.each([
    ['both', { ...PROVED, ...UNPROVED }, { proved, unproved }],
    ['the one of proved keys', PROVED, { proved }],
    ['the other one', UNPROVED, { unproved }],
    ['none, because the installation has those that it began with', {}, {}],
  ])('are the configured ones: %s', (_, environment, policies) => {
    expect(readConfiguration(environment).certificatePolicies).toEqual(policies);
  });

  it('must be distinct', () => {
    const same = { ...PROVED, CARDWRIGHT_POLICY_OID_UNPROVED: proved };
    expect(() => readConfiguration(same)).toThrow(/^CARDWRIGHT_POLICY_OID_UNPROVED is not valid/);
  });
});

describe('the source of devices', () => {
  it("is the administrator's sentence, or missing", () => {
    expect(readConfiguration({}).deviceSource).toEqual({ text: null, url: null });
    const url = 'https://it.example.com/cards';
    const said = { CARDWRIGHT_DEVICE_SOURCE: 'At the service desk.', CARDWRIGHT_DEVICE_SOURCE_URL: url };
    expect(readConfiguration(said).deviceSource).toEqual({ text: 'At the service desk.', url });
  });

  it.each([
    ['CARDWRIGHT_DEVICE_SOURCE_URL', 'javascript:alert(1)'],
    ['CARDWRIGHT_DEVICE_SOURCE_URL', 'data:text/html,cards'],
    ['CARDWRIGHT_DEVICE_SOURCE_URL', 'it.example.com'],
    ['CARDWRIGHT_DEVICE_SOURCE', 'At the\nservice desk.'],
    ['CARDWRIGHT_DEVICE_SOURCE', 'A'.repeat(201)],
  ])('keeps the portal from starting if %s is %j', (name, value) => {
    expect(() => readConfiguration({ [name]: value })).toThrow(new RegExp(`^${name} is not valid`));
  });
});
