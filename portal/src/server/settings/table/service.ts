import { isIP } from 'node:net';
import { join } from 'node:path';
import { origin } from '@cardwright/protocol/schemas';
import * as v from 'valibot';
import { demoAccounts, type NewAccount } from '../../accounts/accounts.js';
import { readKeys } from '../key-file.js';
import { list, number, setting, tables, text, Unfit } from '../setting.js';

const address = {
  schema: v.pipe(
    origin,
    v.check((value) => URL.canParse(value) && new URL(value).origin === value),
  ),
  expected: 'an https origin, like https://cms.example.com, or one of this computer',
};
const network = {
  schema: v.pipe(v.string(), v.check(isNetwork)),
  expected: 'addresses and networks, like 10.0.0.0/8',
};
const anyText = { schema: v.string(), expected: 'text' };

/** The portal's address for browsers. */
export const ADDRESS = {
  origin: text(
    {
      variable: 'CARDWRIGHT_ORIGIN',
      sentence:
        'The address of the portal as browsers see it: that of the proxy that does TLS for it. Without TLS only `localhost` and `127.0.0.1`.',
      example: 'https://portal.example.com',
      standard: 'http://localhost and the port',
    },
    address,
    () => null,
  ),
  host: text(
    {
      variable: 'HOST',
      sentence: 'The address that the portal listens on.',
      example: '127.0.0.1',
      standard: '127.0.0.1',
      emptyCounts: true,
    },
    anyText,
    () => '127.0.0.1',
  ),
  port: number(
    {
      variable: 'PORT',
      sentence: 'The port that the portal listens on; with 0 the system chooses one.',
      standard: 8080,
    },
    { most: 65_535 },
  ),
  trustedProxies: list(
    {
      variable: 'CARDWRIGHT_TRUSTED_PROXIES',
      sentence: 'Addresses and networks (CIDR) of proxies whose `x-forwarded-for` and `x-request-id` are believed.',
      example: '127.0.0.1',
      standard: 'none',
    },
    network,
  ),
};

/** The portal's stored data and their places. */
export const STORAGE = {
  databaseUrl: text(
    {
      variable: 'DATABASE_URL',
      sentence: 'A PostgreSQL database. The embedded one is for a single process.',
      example: 'postgres://cardwright:PASSWORD@localhost/cardwright',
      standard: 'an embedded database in the data folder',
      isSecret: true,
    },
    anyText,
    () => null,
  ),
  databaseOwnerUrl: text(
    {
      variable: 'CARDWRIGHT_DATABASE_OWNER_URL',
      sentence:
        'The same PostgreSQL database with the role that owns its tables. The start changes tables as that role, and the portal then serves as the role of `database-url`.',
      example: 'postgres://cardwright_owner:PASSWORD@localhost/cardwright',
      standard: 'the role of `database-url` owns the tables, and makes another one that serves if it may',
      isSecret: true,
    },
    anyText,
    () => null,
  ),
  dataFolder: text(
    {
      variable: 'CARDWRIGHT_DATA',
      sentence:
        'The data folder: it has the embedded database, and the key file where `keys` names no other. An installed portal has it in `/var/lib/cardwright-portal`.',
      example: '/var/lib/cardwright-portal',
      standard: '`.cardwright` in the current folder',
      emptyCounts: true,
    },
    anyText,
    () => join(process.cwd(), '.cardwright'),
  ),
  keys: setting(
    'text',
    {
      variable: 'CARDWRIGHT_KEYS',
      sentence: 'The path of the key file, or the keys themselves as JSON. Several processes share them.',
      example: '/etc/cardwright-portal/keys.json',
      standard: '`keys.json` or the encrypted `keys.cred` beside the settings, or `keys.json` in the data folder',
      isSecret: true,
    },
    readKeys,
    () => null,
  ),
  accounts: tables(
    {
      variable: 'CARDWRIGHT_DEMO_ACCOUNTS',
      sentence:
        'Accounts for demos and tests alone, made where they do not exist: a list with `username`, `password`, `displayName` and `role` each: `user`, `operator`, or a list of roles. An installed portal does not start with it.',
      example: '[]',
      standard: 'none',
      isSecret: true,
      emptyCounts: true,
    },
    demoAccounts,
    requireDemo,
    () => [],
  ),
};

/**
 * Returns demo accounts, unless the portal is in production, as an installed one is.
 *
 * @throws Unfit
 */
function requireDemo(accounts: readonly NewAccount[], { NODE_ENV }: NodeJS.ProcessEnv): readonly NewAccount[] {
  if (accounts.length === 0 || NODE_ENV !== 'production') return accounts;
  throw new Unfit(
    'is not for production (NODE_ENV). Remove it: the people whom it has made still sign in, and `cardwright-portal account` adds others',
  );
}

/** True for an IP address, and for a network in CIDR notation, except a network with the prefix length 0. */
function isNetwork(value: string): boolean {
  const [, address = '', prefix] = /^([\da-f.:]+)(?:\/([1-9]\d*))?$/i.exec(value) ?? [];
  const version = isIP(address);
  return version !== 0 && Number(prefix ?? 0) <= (version === 6 ? 128 : 32);
}
