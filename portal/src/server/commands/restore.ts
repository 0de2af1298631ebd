import { open, type FileHandle } from 'node:fs/promises';
import { StringDecoder } from 'node:string_decoder';
import { createGunzip } from 'node:zlib';
import * as v from 'valibot';
import { readConfiguration } from '../settings/configuration.js';
import { findKeyRing, type PortalKeys } from '../keys/key-ring.js';
import { requireFit } from '../keys/require-fit.js';
import { requireStopped } from '../running-portal.js';
import { asServiceUser } from '../service-user.js';
import { connect } from '../store/backup/connect.js';
import { restoreBackup, type Restored, type RestoreOptions } from '../store/backup/restore-backup.js';
import type { DatabaseLocation } from '../store/location.js';
import type { Connection } from '../store/migrate.js';
import { printUsage, type CommandFacts } from './command-facts.js';
import { fileArgument } from './file-argument.js';
import { linesOfRestored } from './restored-accounts.js';

const REPLACE = '--replace';

export const RESTORE = {
  name: 'restore',
  operands: 'FILE',
  options: {
    replace: {
      type: 'boolean',
      summary: 'Sets aside what is in the database, in a schema of its own. Without it the database has to be empty.',
    },
  },
  summary: 'Reads a file that `backup` wrote into the database.',
  more: ['It needs the key file of the portal that was backed up. Stop the portal first. Everyone is signed out.'],
  examples: [{ line: 'restore /root/portal.gz', summary: 'Restores into an empty database.' }],
} as const satisfies CommandFacts;

/**
 * `restore FILE [--replace]`: fills an empty database from a file that `backup` wrote, or with `--replace` a database whose content is then set aside
 * in a schema of its own. Both the backed-up database and this database may be of PostgreSQL or embedded. The keys must be those of the backed-up
 * portal; with other keys nothing is restored. Everyone is logged out.
 *
 * @param environment as `readConfiguration` reads it
 * @returns the exit code: 1 if the arguments are wrong, otherwise 0
 */
export async function restore(
  args: readonly string[],
  environment: NodeJS.ProcessEnv,
  print: (line: string) => void,
): Promise<number> {
  const replace = args.includes(REPLACE);
  const file = fileArgument(
    args.filter((argument) => argument !== REPLACE),
    environment,
  );
  if (file === null) {
    printUsage([RESTORE], print);
    return 1;
  }
  const configuration = readConfiguration(environment);
  await requireStopped(configuration);
  const input = await open(file);
  try {
    const { made, counts, replaced, accounts, accountsBefore } = await asServiceUser(environment, async () => {
      const keys = await findKeyRing(configuration.dataFolder, configuration.keys);
      if (!keys)
        throw new Error('there are no keys. Put the key file of the portal that was backed up in its place first');
      return restoreInto(configuration.database, input, keys, { replace });
    });
    print(`Restored ${counts.users ?? 0} users and ${counts.devices ?? 0} devices, as they were at ${made}.`);
    for (const line of linesOfRestored(accounts, accountsBefore)) print(line);
    if (replaced !== null) {
      print(`What was in the database before is in its schema ${replaced}, with passwords' hashes and sealed PUKs.`);
      print(`Once nothing of it is needed any more: DROP SCHEMA ${replaced} CASCADE;`);
    }
    return 0;
  } finally {
    await input.close();
  }
}

async function restoreInto(
  location: DatabaseLocation,
  input: FileHandle,
  keys: PortalKeys,
  options: RestoreOptions,
): Promise<Restored> {
  const connection = await connect(location);
  try {
    return await restoreBackup(
      connection,
      linesOf(input),
      async (restored) => requireFit(await policiesOf(restored), keys),
      options,
    );
  } finally {
    await connection.close();
  }
}

/**
 * Yields the lines of a backup, each of which ends with a line break.
 *
 * @throws Error if the file is not gzip, or is damaged
 */
async function* linesOf(input: FileHandle): AsyncGenerator<string, void> {
  const unpacked = input.createReadStream({ autoClose: false }).pipe(createGunzip());
  const decoder = new StringDecoder('utf8');
  let rest = '';
  try {
    for await (const chunk of unpacked) {
      const [first = '', ...others] = decoder.write(chunk as Buffer).split('\n');
      const lines = [rest + first, ...others];
      rest = lines.pop() ?? '';
      yield* lines;
    }
  } catch (cause) {
    throw new Error('the backup cannot be read: it is damaged', { cause });
  }
}

const sealed = v.array(v.object({ model: v.string(), factorySecrets: v.string() }));

const policiesOf = async (connection: Connection) =>
  v.parse(sealed, await connection.rows('SELECT model, factory_secrets AS "factorySecrets" FROM device_policies'));
