import path from 'node:path';
import { parseArgs } from 'node:util';
import { seedPolicies } from '@cardwright/cms';
import type { KeyRing } from '@cardwright/cms/keys';
import * as v from 'valibot';
import { newAccount } from '../../accounts/accounts.js';
import { openCertificatePolicies } from '../../ca/certificate-policies.js';
import { readConfiguration, type Configuration } from '../../settings/configuration.js';
import { keyFileOf } from '../../settings/key-file.js';
import { createKeyFile, findKeyRing, loadKeyRing, readKeyRing } from '../../keys/key-ring.js';
import { requireFit, type SealedPolicy } from '../../keys/require-fit.js';
import { requireStopped } from '../../running-portal.js';
import { asServiceUser } from '../../service-user.js';
import { openPortalDatabase, type PortalDatabase } from '../../store/database.js';
import { drizzleStore } from '../../store/drizzle-store.js';
import { devicePolicies } from '../../store/schema.js';
import { printUsage, type CommandFacts } from '../command-facts.js';
import { isThere } from '../is-there.js';
import type { Terminal } from './ask-secretly.js';
import { createFirstOperator, requireNoOperator } from './first-operator.js';
import { askPassword, readPasswordFile } from './read-password.js';

const STANDARD = { operator: 'admin', displayName: 'Administrator' };

export const INIT = {
  name: 'init',
  options: {
    operator: { type: 'string', value: 'NAME', summary: `Names the first operator instead of ${STANDARD.operator}.` },
    'display-name': {
      type: 'string',
      value: 'TEXT',
      summary: `Says what the portal calls the operator, instead of ${STANDARD.displayName}.`,
    },
    'password-file': {
      type: 'string',
      value: 'FILE',
      summary: 'Takes the password from a file, or from the input if FILE is -. Without it, the terminal asks for it.',
    },
  },
  summary: "Makes a new portal's keys, its tables and its first operator.",
  examples: [{ line: 'init --operator alice --display-name "Alice Smith"', summary: 'Asks for her password, twice.' }],
} as const satisfies CommandFacts;

/**
 * `init [--operator NAME] [--display-name TEXT] [--password-file FILE]`: sets up an installed portal: its keys, its tables, its first operator.
 * Without a password file, `init` asks for the password on the terminal, twice, without showing it. No argument contains the password, because
 * other users of the computer could read the arguments. If there is an operator already, or if the device policies were sealed with other keys or
 * with keys that are now missing, `init` only creates missing tables, and then throws an Error.
 *
 * @param environment as `readConfiguration` reads it
 * @param terminal the terminal on which `init` asks for the password; undefined if the process has no terminal
 * @returns the exit code: 1 if the arguments are wrong, otherwise 0
 * @throws Error with words for the administrator
 */
export async function init(
  args: readonly string[],
  environment: NodeJS.ProcessEnv,
  print: (line: string) => void,
  terminal: Terminal | undefined,
): Promise<number> {
  const order = readOrder(args);
  if (order === undefined) {
    printUsage([INIT], print);
    return 1;
  }
  const { username, displayName, passwordFile } = order;
  const keyFile = keyFileOf(environment);
  const withoutKeys = keyFile === null ? environment : { ...environment, CARDWRIGHT_KEYS: '' };
  const place = readConfiguration(withoutKeys);
  const { passwordWords: words } = place;
  const given = passwordFile === undefined ? undefined : await readPasswordFile(passwordFile, username, words);
  const policies = await asServiceUser(environment, () => requireUntouched(place));
  // The key file is looked for after the policies were read, because a concurrent command writes its keys before any policy.
  const isNew = keyFile !== null && !(await isThere(keyFile));
  const configuration = readConfiguration(isNew ? withoutKeys : environment);
  const { dataFolder, keys: json } = configuration;
  const found = isNew ? undefined : await asServiceUser(environment, () => findKeyRing(dataFolder, json));
  await requireKeys(policies, found);
  const password = given ?? (await askPassword(username, words, requireTerminal(terminal)));
  const made = isNew ? await readKeyRing(await createKeyFile(keyFile)) : undefined;
  await asServiceUser(environment, async () => {
    const keys = made ?? (await loadKeyRing(dataFolder, json));
    await withDatabase(configuration, async (database) => {
      await openCertificatePolicies(database.db, configuration.certificatePolicies);
      await seedPolicies(drizzleStore(database, keys), configuration.devicePolicies);
      await createFirstOperator(database.db, { username, displayName, password, role: 'operator' });
    });
  });
  for (const line of report(order, keyFile ?? path.join(dataFolder, 'keys.json'))) print(line);
  return 0;
}

function requireTerminal(terminal: Terminal | undefined): Terminal {
  if (!terminal) throw new Error('there is no terminal to ask for a password. Give --password-file');
  return terminal;
}

interface Order {
  readonly username: string;
  readonly displayName: string;
  readonly passwordFile: string | undefined;
}

/**
 * Reads the arguments. Returns undefined if the arguments are wrong. No message quotes an unknown argument, because the argument may be a
 * password.
 */
function readOrder(args: readonly string[]): Order | undefined {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: INIT.options,
    });
    const {
      operator = STANDARD.operator,
      'display-name': name = STANDARD.displayName,
      'password-file': passwordFile,
    } = values;
    const { username, displayName } = v.parse(v.pick(newAccount, ['username', 'displayName']), {
      username: operator,
      displayName: name,
    });
    return { username, displayName, passwordFile };
  } catch {
    return undefined;
  }
}

/**
 * Checks that no portal uses the embedded database, and that there is no operator. Opening the database creates missing tables.
 *
 * @returns the existing device policies
 * @throws Error with words for the administrator if a portal is running or there is an operator
 */
async function requireUntouched(configuration: Configuration): Promise<readonly SealedPolicy[]> {
  await requireStopped(configuration);
  return withDatabase(configuration, async (database) => {
    await requireNoOperator(database.db);
    return database.db.select().from(devicePolicies);
  });
}

/**
 * Checks that the keys are those that sealed the policies.
 *
 * @param keys undefined if the portal has no keys
 * @throws Error with words for the administrator if other keys sealed the policies, or there are policies but no keys
 */
async function requireKeys(policies: readonly SealedPolicy[], keys: KeyRing | undefined): Promise<void> {
  if (keys !== undefined) await requireFit(policies, keys);
  else if (policies.length > 0)
    throw new Error(
      'this database has devices or policies, and its keys are missing. Restore its key file from a backup',
    );
}

async function withDatabase<T>(
  configuration: Configuration,
  work: (database: PortalDatabase) => Promise<T>,
): Promise<T> {
  const database = await openPortalDatabase(configuration.database);
  try {
    return await work(database);
  } finally {
    await database.close();
  }
}

const report = ({ username }: Order, keyFile: string): readonly string[] => [
  `The operator ${username} can sign in.`,
  `The keys are in ${keyFile}. Keep a copy of that file apart from the backups of the database: without it,`,
  'what the portal knows of its devices cannot be read.',
  'Next: look at `cardwright-portal doctor`, then start the portal: `systemctl enable --now cardwright-portal`.',
];
