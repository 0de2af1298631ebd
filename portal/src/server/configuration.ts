import { existsSync, readFileSync } from 'node:fs';
import { isIP } from 'node:net';
import { join } from 'node:path';
import { parsePem, policyOid, policySeeds, splitPem, type Quotas, type SeedPolicies } from '@cardwright/cms';
import { helpDesk, type HelpDesk } from '@cardwright/protocol';
import * as v from 'valibot';
import { demoAccounts, type NewAccount } from './accounts/accounts.js';
import { sortByRole } from './attestation/vendor-certificates.js';
import { requireDistinct, type PolicySettings } from './ca/certificate-policies.js';
import type { CrlTimes } from './ca/published-crl.js';
import { readMobileSettings } from './mobile/read-settings.js';
import { writtenMobileSettings, type MobileSettings } from './mobile/settings.js';
import { readServices } from './passkeys/read-services.js';
import { isLoopback, passkeyServiceList, type PasskeyServiceSettings } from './passkeys/settings.js';
import type { DeviceSource } from './services.js';
import type { StoreLocation } from './store/database.js';
import { inPortal } from './portal-folder.js';

/** Everything that an administrator decides before the portal starts. */
export interface Configuration {
  readonly host: string;
  /** 0 lets the system choose. */
  readonly port: number;
  /** As browsers see the portal; null: http://localhost and the port. */
  readonly origin: string | null;
  readonly store: StoreLocation;
  /** Folder for the key file and the embedded database. */
  readonly dataFolder: string;
  /** The keys themselves as JSON; null: the key file in the data folder, which is made when it is missing. */
  readonly keys: string | null;
  readonly authority: {
    /** Path of the module that makes the certification authority; null: the embedded development CA. */
    readonly module: string | null;
    /** How long it may take for one certificate, in milliseconds. */
    readonly timeout: number;
    readonly crl: CrlTimes;
  };
  /** What certificates state of how their key was proved, as dotted OIDs: only those that are set. */
  readonly certificatePolicies: PolicySettings;
  /** Addresses and networks (CIDR) of proxies that are believed about where a request is from. */
  readonly trustedProxies: readonly string[];
  readonly quotas: Quotas;
  /** Milliseconds after which an operation is judged again before its results count. */
  readonly operationAge: number;
  /** Devices that a user may have. */
  readonly deviceLimit: number;
  readonly deviceSource: DeviceSource;
  /** Policies written to an empty database. */
  readonly policies: SeedPolicies;
  readonly accounts: readonly NewAccount[];
  /** Where the passkeys of devices are registered. */
  readonly passkeyServices: readonly PasskeyServiceSettings[];
  /** How phones and tablets are added; null: not at all. */
  readonly mobile: MobileSettings | null;
  /** Whom users ask, and where they get the extension and the host. */
  readonly helpDesk: HelpDesk;
}

const DEFAULT_POLICIES = inPortal('config', 'device-policies.json');

const port = v.pipe(v.string(), v.regex(/^\d+$/), v.transform(Number), v.maxValue(65_535));
const limit = v.pipe(v.string(), v.regex(/^\d+$/), v.transform(Number), v.maxValue(1000));
/**
 * Seconds. A step brings a certificate for each of the four slots, one after another. After 60 s the page gives up waiting and a
 * host that got no command releases its card. All four must be there well before that.
 */
const authorityTimeout = v.pipe(v.string(), v.regex(/^\d+$/), v.transform(Number), v.minValue(1), v.maxValue(12));
const SECOND = 1000;
/** Minutes: long enough for caches on the way, and never longer than expired certificates stay on the CRL (ca/revocations.ts). */
const crlLifetime = v.pipe(v.string(), v.regex(/^\d+$/), v.transform(Number), v.minValue(5), v.maxValue(24 * 60));
const MINUTE = 60 * SECOND;
/** Hours: what was decided in the morning may count in the evening, and nothing counts for longer than a week. */
const operationAge = v.pipe(v.string(), v.regex(/^\d+$/), v.transform(Number), v.minValue(1), v.maxValue(7 * 24));
const HOUR = 60 * MINUTE;
/** Seconds. */
const crlInterval = v.pipe(v.string(), v.regex(/^\d+$/), v.transform(Number), v.maxValue(60 * 60));
/** Uses an hour. */
const quota = v.pipe(v.string(), v.regex(/^\d+$/), v.transform(Number), v.minValue(1), v.maxValue(100_000));
const proxies = v.pipe(
  v.string(),
  v.transform((value) => value.split(',').map((address) => address.trim())),
  v.array(v.pipe(v.string(), v.check(isNetwork, 'an address or a network, like 10.0.0.0/8'))),
);
/** A sentence for people, in one line. */
const sentence = v.pipe(v.string(), v.trim(), v.minLength(1), v.maxLength(200), v.regex(/^\P{Cc}*$/u));
/** The address of a page for people. */
const pageAddress = v.pipe(
  v.string(),
  v.maxLength(500),
  v.url(),
  v.regex(/^https?:\/\//i, 'expected an address of the web'),
);
const origin = v.pipe(
  v.string(),
  v.check(
    (value) => URL.canParse(value) && new URL(value).origin === value,
    'expected an origin, like https://cms.example.com',
  ),
);

/**
 * Reads the configuration from the environment:
 * - `PORT`, `HOST` (default 127.0.0.1), `CARDWRIGHT_ORIGIN`;
 * - `DATABASE_URL` (PostgreSQL; default: PGlite in the data folder), `CARDWRIGHT_DATA` (the data folder);
 * - `CARDWRIGHT_KEYS` (the portal's keys as JSON, or the path of such a file: several processes share them);
 * - `CARDWRIGHT_DEVICE_LIMIT` (default 3), `CARDWRIGHT_DEVICE_POLICIES` (path of a file like config/device-policies.json),
 *   `CARDWRIGHT_ATTESTATION_ROOTS` (path of PEM certificates, trusted for every model in an empty database: those that are
 *   signed with their own key as roots, the others as intermediates);
 * - `CARDWRIGHT_DEVICE_SOURCE`, `CARDWRIGHT_DEVICE_SOURCE_URL` (where people get a card or a security key: a sentence, and the
 *   address of a page; shown to those who have no device);
 * - `CARDWRIGHT_AUTHORITY` (path of an ES module that makes the certification authority, see ca/authority-module.ts; default:
 *   the embedded development CA), `CARDWRIGHT_AUTHORITY_TIMEOUT` (seconds that it may take for one certificate, 12 at most; default 10);
 * - `CARDWRIGHT_CRL_LIFETIME` (minutes for which a CRL can be used, 5 to 1440; default 60: for that long its readers may trust a
 *   certificate that was revoked since), `CARDWRIGHT_CRL_INTERVAL` (seconds for which one CRL is served, whatever is revoked meanwhile: 0
 *   to 3600, and half of the lifetime at most; default 60; 0 has one made for each change);
 * - `CARDWRIGHT_POLICY_OID_PROVED`, `CARDWRIGHT_POLICY_OID_UNPROVED` (certificate policies of certificates whose key the vendor
 *   attests, and of all others: OIDs below an enterprise number of the organisation's own; default: what the installation began with,
 *   which is 1.3.6.1.4.1.32473.1.1 and .2 today, two placeholders; see ca/certificate-policies.ts);
 * - `CARDWRIGHT_TRUSTED_PROXIES` (addresses and networks, separated by commas, whose `x-forwarded-for` is believed; default none);
 * - `CARDWRIGHT_OPERATIONS_PER_HOUR` (default 60), `CARDWRIGHT_WITNESSES_PER_HOUR` (default 120), `CARDWRIGHT_CARDS_PER_HOUR` (cards that
 *   are judged, default 600), `CARDWRIGHT_OTHERS_CARDS_PER_HOUR` (different cards of other people among them, default 20),
 *   `CARDWRIGHT_CODE_TRIES_PER_HOUR` (one-time codes that are tried, default 20), `CARDWRIGHT_UNLOCK_CODES_PER_HOUR` (one-time codes that
 *   an operator issues, default 60): of one user;
 * - `CARDWRIGHT_OPERATION_AGE` (hours after which an operation that is still under way is judged again by the policy of that moment, 1 to
 *   168; default 24);
 * - `CARDWRIGHT_PASSKEY_SERVICES` (JSON list, or the path of such a file: where the passkeys of devices are registered; each member and
 *   its default stands in passkeys/settings.ts, and secrets stand elsewhere, in a file or a variable that it names):
 *   `{ "kind": "entra", "name", "tenant", "clientId", "credential": { "secret": { "file" } } }` (or `{ "environment" }`, or
 *   `"credential": { "certificate", "key" }`, paths of PEM files), `title`, `authority`, `graph`, `timeout` (seconds, 12 at most);
 *   `{ "kind": "webauthn", "name" }`, `title`, `relyingParty: { id, origin }` (default: this portal, and people log in to it with their
 *   passkeys), `aaguids`, `roots`, `intermediates` (paths of PEM files), `unattested` ("accept" or "refuse"), `lifetime` (seconds);
 * - `CARDWRIGHT_MOBILE` (JSON, or the path of such a file: how phones and tablets are added; default: not at all; each member and its
 *   default stands in mobile/settings.ts): `{ "organization", "deviceAuthorities" }` (paths of PEM files), `users` (names of accounts),
 *   `proof` ("none", "password" or "card"), `slots: { signature, encryption }`, `keySize`, `days`,
 *   `signing: { certificate, key }` (paths of PEM files, the certificate with its chain), `registrationAuthority: { certificate, key }`,
 *   `linkMinutes`, `confirmMinutes`, `silenceMinutes`; phones want `CARDWRIGHT_ORIGIN` to be https;
 * - `CARDWRIGHT_HELP_DESK_NAME`, `_PHONE`, `_EMAIL`, `_URL` (whom errors tell the user to ask),
 *   `CARDWRIGHT_DOWNLOAD_EXTENSION`, `_WINDOWS`, `_MACOS`, `_LINUX` (https addresses where she gets what is missing);
 * - `CARDWRIGHT_DEMO_ACCOUNTS` (JSON list of accounts, made when they do not exist).
 *
 * Throws an error that names the variable when one is wrong.
 */
export function readConfiguration(environment: NodeJS.ProcessEnv): Configuration {
  const dataFolder = environment.CARDWRIGHT_DATA ?? join(process.cwd(), '.cardwright');
  const url = environment.DATABASE_URL;
  return {
    host: environment.HOST ?? '127.0.0.1',
    port: check('PORT', port, environment.PORT ?? '8080'),
    origin: environment.CARDWRIGHT_ORIGIN ? check('CARDWRIGHT_ORIGIN', origin, environment.CARDWRIGHT_ORIGIN) : null,
    store: url ? { url } : { folder: join(dataFolder, 'database') },
    dataFolder,
    keys: readKeys(environment),
    authority: {
      module: environment.CARDWRIGHT_AUTHORITY ?? null,
      timeout:
        SECOND *
        check('CARDWRIGHT_AUTHORITY_TIMEOUT', authorityTimeout, environment.CARDWRIGHT_AUTHORITY_TIMEOUT ?? '10'),
      crl: readCrlTimes(environment),
    },
    certificatePolicies: readCertificatePolicies(environment),
    trustedProxies: environment.CARDWRIGHT_TRUSTED_PROXIES
      ? check('CARDWRIGHT_TRUSTED_PROXIES', proxies, environment.CARDWRIGHT_TRUSTED_PROXIES)
      : [],
    quotas: readQuotas(environment),
    operationAge: HOUR * check('CARDWRIGHT_OPERATION_AGE', operationAge, environment.CARDWRIGHT_OPERATION_AGE ?? '24'),
    deviceLimit: check('CARDWRIGHT_DEVICE_LIMIT', limit, environment.CARDWRIGHT_DEVICE_LIMIT ?? '3'),
    deviceSource: {
      text: environment.CARDWRIGHT_DEVICE_SOURCE
        ? check('CARDWRIGHT_DEVICE_SOURCE', sentence, environment.CARDWRIGHT_DEVICE_SOURCE)
        : null,
      url: environment.CARDWRIGHT_DEVICE_SOURCE_URL
        ? check('CARDWRIGHT_DEVICE_SOURCE_URL', pageAddress, environment.CARDWRIGHT_DEVICE_SOURCE_URL)
        : null,
    },
    policies: readPolicies(environment),
    accounts: check(
      'CARDWRIGHT_DEMO_ACCOUNTS',
      demoAccounts,
      parse('CARDWRIGHT_DEMO_ACCOUNTS', environment.CARDWRIGHT_DEMO_ACCOUNTS ?? '[]'),
    ),
    passkeyServices: readPasskeyServices(environment),
    mobile: readMobile(environment),
    helpDesk: readHelpDesk(environment),
  };
}

function readCrlTimes(environment: NodeJS.ProcessEnv): CrlTimes {
  const lifetime = MINUTE * check('CARDWRIGHT_CRL_LIFETIME', crlLifetime, environment.CARDWRIGHT_CRL_LIFETIME ?? '60');
  const interval = SECOND * check('CARDWRIGHT_CRL_INTERVAL', crlInterval, environment.CARDWRIGHT_CRL_INTERVAL ?? '60');
  if (interval > lifetime / 2)
    throw new Error('CARDWRIGHT_CRL_INTERVAL is not valid: expected half of CARDWRIGHT_CRL_LIFETIME at most');
  return { lifetime, interval };
}

function readPasskeyServices(environment: NodeJS.ProcessEnv): readonly PasskeyServiceSettings[] {
  const name = 'CARDWRIGHT_PASSKEY_SERVICES';
  const value = environment[name]?.trimStart();
  if (!value) return [];
  const json = value.startsWith('[') ? value : refer(name, () => readFileSync(value, 'utf8'));
  const services = check(name, passkeyServiceList, parse(name, json));
  return refer(name, () => readServices(services, environment));
}

function readQuotas(environment: NodeJS.ProcessEnv): Quotas {
  const read = (name: string, otherwise: string): number => check(name, quota, environment[name] ?? otherwise);
  return {
    operationsPerHour: read('CARDWRIGHT_OPERATIONS_PER_HOUR', '60'),
    witnessesPerHour: read('CARDWRIGHT_WITNESSES_PER_HOUR', '120'),
    cardsPerHour: read('CARDWRIGHT_CARDS_PER_HOUR', '600'),
    othersCardsPerHour: read('CARDWRIGHT_OTHERS_CARDS_PER_HOUR', '20'),
    codeTriesPerHour: read('CARDWRIGHT_CODE_TRIES_PER_HOUR', '20'),
    unlockCodesPerHour: read('CARDWRIGHT_UNLOCK_CODES_PER_HOUR', '60'),
  };
}

function readMobile(environment: NodeJS.ProcessEnv): MobileSettings | null {
  const name = 'CARDWRIGHT_MOBILE';
  const value = environment[name]?.trimStart();
  if (!value) return null;
  const json = value.startsWith('{') ? value : refer(name, () => readFileSync(value, 'utf8'));
  const written = check(name, writtenMobileSettings, parse(name, json));
  const { protocol, hostname } = new URL(environment.CARDWRIGHT_ORIGIN ?? 'http://localhost');
  // App Transport Security. Only a simulated phone, on this computer, does without.
  if (protocol !== 'https:' && !isLoopback(hostname))
    throw new Error('CARDWRIGHT_ORIGIN is not valid: expected an https address, without which no phone can be added');
  return refer(name, () => readMobileSettings(written));
}

/** Reads what a variable refers to. */
function refer<T>(name: string, read: () => T): T {
  try {
    return read();
  } catch (cause) {
    throw new Error(`${name} is not valid: ${cause instanceof Error ? cause.message : 'it cannot be read'}`, { cause });
  }
}

const HELP_DESK_VARIABLES: Readonly<Record<keyof HelpDesk, string>> = {
  name: 'CARDWRIGHT_HELP_DESK_NAME',
  phone: 'CARDWRIGHT_HELP_DESK_PHONE',
  email: 'CARDWRIGHT_HELP_DESK_EMAIL',
  url: 'CARDWRIGHT_HELP_DESK_URL',
  extension: 'CARDWRIGHT_DOWNLOAD_EXTENSION',
  windows: 'CARDWRIGHT_DOWNLOAD_WINDOWS',
  macos: 'CARDWRIGHT_DOWNLOAD_MACOS',
  linux: 'CARDWRIGHT_DOWNLOAD_LINUX',
};

function readHelpDesk(environment: NodeJS.ProcessEnv): HelpDesk {
  const given = Object.entries(HELP_DESK_VARIABLES).flatMap(([name, variable]) => {
    const value = environment[variable];
    return value ? [{ name, variable, value }] : [];
  });
  for (const { name, variable, value } of given) check(variable, helpDesk, { [name]: value });
  return v.parse(helpDesk, Object.fromEntries(given.map(({ name, value }) => [name, value])));
}

/** Where the keys are read from: a path; null where they are in the environment themselves, or in the data folder. */
export function keyFileOf({ CARDWRIGHT_KEYS: value }: NodeJS.ProcessEnv): string | null {
  return !value || value.trimStart().startsWith('{') ? null : value;
}

function readKeys(environment: NodeJS.ProcessEnv): string | null {
  const file = keyFileOf(environment);
  const { CARDWRIGHT_KEYS: given = '' } = environment;
  if (file === null) return given === '' ? null : given;
  if (!existsSync(file))
    throw new Error(
      `CARDWRIGHT_KEYS is not valid: there is no ${file}. A portal that has devices needs its own from a backup`,
    );
  return refer('CARDWRIGHT_KEYS', () => readFileSync(file, 'utf8'));
}

function readCertificatePolicies(environment: NodeJS.ProcessEnv): PolicySettings {
  const read = (name: string): string | undefined => {
    const value = environment[name];
    return value === undefined ? undefined : check(name, policyOid, value);
  };
  const proved = read('CARDWRIGHT_POLICY_OID_PROVED');
  const unproved = read('CARDWRIGHT_POLICY_OID_UNPROVED');
  const settings = { ...(proved !== undefined && { proved }), ...(unproved !== undefined && { unproved }) };
  requireDistinct(settings);
  return settings;
}

/** An IP address, or one with the length of a prefix. */
function isNetwork(value: string): boolean {
  const [, address = '', prefix] = /^([\da-f.:]+)(?:\/([1-9]\d*))?$/i.exec(value) ?? [];
  const version = isIP(address);
  return version !== 0 && Number(prefix ?? 0) <= (version === 6 ? 128 : 32);
}

function readPolicies(environment: NodeJS.ProcessEnv): SeedPolicies {
  const path = environment.CARDWRIGHT_DEVICE_POLICIES ?? DEFAULT_POLICIES;
  const policies = check(path, policySeeds, parse(path, readFileSync(path, 'utf8')));
  const file = environment.CARDWRIGHT_ATTESTATION_ROOTS;
  if (!file) return policies;
  const pems = splitPem(readFileSync(file, 'utf8'));
  if (pems.length === 0 || pems.some((pem) => !parsePem(pem)))
    throw new Error('CARDWRIGHT_ATTESTATION_ROOTS is not valid: expected a file of PEM certificates');
  const { root, intermediate } = sortByRole(pems);
  return Object.fromEntries(
    Object.entries(policies).map(([model, { policy, factory }]) => {
      const attestationRoots = [...policy.attestationRoots, ...root];
      const attestationIntermediates = [...policy.attestationIntermediates, ...intermediate];
      return [model, { policy: { ...policy, attestationRoots, attestationIntermediates }, factory }];
    }),
  );
}

function parse(name: string, json: string): unknown {
  try {
    return JSON.parse(json);
  } catch (cause) {
    throw new Error(`${name} is not JSON`, { cause });
  }
}

function check<S extends v.GenericSchema>(name: string, schema: S, value: unknown): v.InferOutput<S> {
  const parsed = v.safeParse(schema, value, { abortEarly: true });
  if (parsed.success) return parsed.output;
  // The path, never the value, which may be a password.
  const [issue] = parsed.issues;
  throw new Error(`${name} is not valid: ${v.getDotPath(issue) ?? ''} expected ${issue.expected ?? issue.message}`);
}
