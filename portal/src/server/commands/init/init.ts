import path from 'node:path';
import { seedPolicies } from '@cardwright/cms';
import type { KeyRing } from '@cardwright/cms/keys';
import { openCertificatePolicies } from '../../ca/certificate-policies.js';
import { createKeyFile, findKeyRing, loadKeyRing, readKeyRing } from '../../keys/key-ring.js';
import { requireFit, type SealedPolicy } from '../../keys/require-fit.js';
import { requireStopped } from '../../running-portal.js';
import { asServiceUser } from '../../service-user.js';
import { readConfiguration, type Configuration } from '../../settings/configuration.js';
import { KEY_FILE, keyFileOf } from '../../settings/key-file.js';
import { tellProblem } from '../../settings/problem.js';
import { readSettings, type Settings } from '../../settings/read-settings.js';
import { Unfit } from '../../settings/setting.js';
import { openPortalDatabase, type PortalDatabase } from '../../store/database.js';
import { drizzleStore } from '../../store/drizzle-store.js';
import { isMade } from '../../store/embedded-remains.js';
import { devicePolicies } from '../../store/schema.js';
import { printUsage } from '../command-facts.js';
import { doctor } from '../doctor/doctor.js';
import { importByCommand, printCertificate } from '../import-vendor-certificates.js';
import { isThere } from '../is-there.js';
import { createFirstOperator, requireNoOperator } from './first-operator.js';
import { guide, type Plan, type Scene } from './guide.js';
import { INIT, isComplete, readOptions, requireConsistent, type Given } from './options.js';
import { requireUsable } from './postgres-question.js';
import { Answers } from './question.js';
import { readSecretFile } from './read-password.js';
import { canWrite, SettingsFile } from './settings-file.js';
import { atTerminal, visible, type Terminal } from './terminal.js';

/**
 * `init [OPTION VALUE]...`: sets up an installed portal. A person at a terminal is asked for the settings that are not set yet, for the first administrator
 * and for vendors' certificates. Nothing is changed before the last answer. Then `init` adds the settings to `portal.toml`, makes keys, tables and the
 * administrator, and checks the result as `doctor` does.
 *
 * Nobody is asked anything if the options say who the administrator is, or if there is no terminal. No argument contains a secret, because other users of
 * the computer could read the arguments. If there is an operator already, or if the device policies were sealed with other keys or with keys that are now
 * missing, `init` only creates missing tables, and then throws an Error.
 *
 * @param environment the variables of the process, without the settings that are written in files
 * @param terminal the terminal on which a person is asked; undefined if the process has none
 * @returns the exit code: 1 if the arguments are wrong, otherwise 0
 * @throws Error with words for the administrator
 */
export async function init(
  args: readonly string[],
  environment: NodeJS.ProcessEnv,
  print: (line: string) => void,
  terminal: Terminal | undefined,
): Promise<number> {
  const given = readOptions(args);
  if (given === undefined) {
    printUsage([INIT], print);
    return 1;
  }
  const asked = isComplete(given) ? undefined : terminal;
  requireConsistent(given, asked !== undefined);
  const settings = readSettings(environment, (unknown) => console.error(tellProblem(unknown)));
  const present = { ...settings, CARDWRIGHT_KEYS: '' };
  const folder = environment.CARDWRIGHT_SETTINGS ?? '';
  if (asked) await requireNew(present);
  const mustAdd = asked !== undefined || ADDING.some((name) => given[name] !== undefined);
  const file = folder !== '' && (mustAdd || (await canWrite(folder))) ? await SettingsFile.open(folder) : null;
  const scene = {
    present,
    folder: folder === '' ? null : folder,
    hasKeys: await hasKeys(settings, environment),
    addsSettings: file !== null,
  };
  const plan = await planWith(given, asked, scene);
  const keyFile = await carryOut(plan, settings, file, environment, print);
  for (const line of report(plan, keyFile)) print(line);
  if (asked) await checkUntilGreen(asked, environment, print);
  else print(`Next: start the portal, ${START}, then look at \`cardwright-portal doctor\`.`);
  return 0;
}

/** Options that add settings. */
const ADDING = ['origin', 'database-url-file', 'trusted-proxies', 'host', 'issuer'] as const;
const START = '`systemctl enable --now cardwright-portal`';

/** True if the portal has keys, in their file, in the settings or in its data folder. */
async function hasKeys(settings: Settings, environment: NodeJS.ProcessEnv): Promise<boolean> {
  const file = keyFileOf(settings);
  if (file !== null) return isThere(file);
  if (settings.CARDWRIGHT_KEYS) return true;
  const { dataFolder } = readConfiguration(settings);
  return asServiceUser(environment, () => isThere(path.join(dataFolder, KEY_FILE)));
}

/**
 * Checks before the first question that no portal uses the database that is set, and that there is no operator in it. A database that is still to be made
 * is not made.
 *
 * @throws Error with words for the administrator
 */
async function requireNew(present: Settings): Promise<void> {
  const configuration = readConfiguration(present);
  const { database } = configuration;
  if ('url' in database)
    await requireUsable(database.url, present).catch((error: unknown) => {
      throw error instanceof Unfit ? new Error(`DATABASE_URL: ${error.message}`, { cause: error }) : error;
    });
  else if (isMade(database.folder)) await asServiceUser(present, () => requireUntouched(configuration));
}

/** Asks for everything that is missing, on the terminal if there is one. */
async function planWith(given: Given, terminal: Terminal | undefined, scene: Scene): Promise<Plan> {
  const answered = await withSecrets(given);
  if (!terminal) return guide(new Answers(answered, undefined), scene);
  const say = (line: string): void => {
    terminal.output.write(`${line}\r\n`);
  };
  return atTerminal(terminal, (ask) => guide(new Answers(answered, { ask, say }), scene));
}

/** Returns the options with the contents of the files that are answers. */
async function withSecrets(given: Given): Promise<Given> {
  const { 'database-url-file': database, 'client-secret-file': secret } = given;
  return {
    ...given,
    ...(database === undefined ? {} : { 'database-url-file': await readSecretFile(database, 'database') }),
    ...(secret === undefined ? {} : { 'client-secret-file': await readSecretFile(secret, 'client secret') }),
  };
}

/**
 * Does what was planned: the settings first, so that a second call after a failure finds them.
 *
 * @returns the path of the key file
 */
async function carryOut(
  { chosen, additions, secrets, authorityName, account, vendors }: Plan,
  settings: Settings,
  file: SettingsFile | null,
  environment: NodeJS.ProcessEnv,
  print: (line: string) => void,
): Promise<string> {
  const keyFile = keyFileOf(settings);
  const policies = await asServiceUser(environment, () => requireUntouched(readConfiguration(chosen)));
  // The key file is looked for after the policies were read, because a concurrent command writes its keys before any policy.
  const isNew = keyFile !== null && !(await isThere(keyFile));
  const place = readConfiguration(isNew ? chosen : { ...chosen, CARDWRIGHT_KEYS: settings.CARDWRIGHT_KEYS });
  const found = isNew ? undefined : await asServiceUser(environment, () => findKeyRing(place.dataFolder, place.keys));
  await requireKeys(policies, found);
  if (additions.length > 0) await file?.add(additions, secrets);
  const made = isNew ? await readKeyRing(await createKeyFile(keyFile, authorityName ?? undefined)) : undefined;
  const configuration = readConfiguration(readSettings(environment));
  const { dataFolder, keys: json } = configuration;
  await asServiceUser(environment, async () => {
    const keys = made ?? (await loadKeyRing(dataFolder, json, authorityName ?? undefined));
    await withDatabase(configuration, async (database) => {
      await openCertificatePolicies(database.db, configuration.certificatePolicies);
      const store = drizzleStore(database, keys);
      await seedPolicies(store, configuration.devicePolicies);
      if (vendors !== null) {
        const { certificates } = await importByCommand(store, { model: 'yubikey', pem: vendors, trustUnknown: false });
        for (const certificate of certificates) printCertificate(certificate, print);
      }
      if (account) await createFirstOperator(database.db, account);
    });
  });
  return keyFile ?? path.join(dataFolder, KEY_FILE);
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

const report = ({ account, redirectUri }: Plan, keyFile: string): readonly string[] => [
  ...(account ? [`The operator ${account.username} can sign in.`] : []),
  ...(redirectUri === null ? [] : [`Register the redirect URI ${redirectUri} at the provider.`]),
  `The keys are in ${keyFile}. Keep a copy of that file apart from the backups of the database: without it,`,
  'what the portal knows of its devices cannot be read.',
];

/** Prints what `doctor` finds, again and again until there is no problem or the person has enough of it. */
async function checkUntilGreen(
  terminal: Terminal,
  environment: NodeJS.ProcessEnv,
  print: (line: string) => void,
): Promise<void> {
  print('');
  while ((await doctor([], readSettings(environment), print)) !== 0) {
    print('');
    print(`Until the portal runs, it cannot answer. Start it in another window: ${START}.`);
    const again = await atTerminal(terminal, (ask) => ask('Check again? [yes]: ', visible)).catch(() => 'no');
    if (!['', 'y', 'yes'].includes(again.trim().toLowerCase())) break;
  }
  print('`cardwright-portal doctor` checks this at any time.');
}
