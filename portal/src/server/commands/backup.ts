import { open, rm } from 'node:fs/promises';
import path from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import { readConfiguration } from '../settings/configuration.js';
import { requireStopped } from '../running-portal.js';
import { asServiceUser } from '../service-user.js';
import { connect } from '../store/backup/connect.js';
import type { Counts } from '../store/backup/format.js';
import { backupLines } from '../store/backup/write-backup.js';
import { fileArgument } from './file-argument.js';
import { isThere } from './is-there.js';

const USAGE = 'Usage: backup FILE';
const OWNER_ONLY = 0o600;

/**
 * `backup FILE`: writes the content of the database into a new file that only its owner can read. The file does not contain the keys: the
 * administrator copies the key file once, and keeps this copy apart from the backups. A portal with PostgreSQL may keep running; a portal with
 * the embedded database must be stopped.
 *
 * @param environment as `readConfiguration` reads it
 * @returns the exit code: 1 if the arguments are wrong, otherwise 0
 */
export async function backup(
  args: readonly string[],
  environment: NodeJS.ProcessEnv,
  print: (line: string) => void,
): Promise<number> {
  const file = fileArgument(args, environment);
  if (file === null) {
    print(USAGE);
    return 1;
  }
  const configuration = readConfiguration(environment);
  const { database } = configuration;
  await requireStopped(configuration);
  if ('folder' in database && !(await isMade(environment, database.folder)))
    throw new Error(`there is no database in ${database.folder}`);
  // `wx` makes this fail if the file exists, so that no file is overwritten.
  const output = await open(file, 'wx', OWNER_ONLY);
  try {
    const counts = await asServiceUser(environment, async () => {
      const connection = await connect(database);
      try {
        return await write(backupLines(connection, new Date()), output.createWriteStream({ flush: true }));
      } finally {
        await connection.close();
      }
    });
    print(`Wrote ${file}: ${counts.users ?? 0} users, ${counts.devices ?? 0} devices.`);
    print('The keys are not in it. Without the key file it cannot be restored: keep a copy of that elsewhere.');
    return 0;
  } catch (error) {
    await output.close();
    await rm(file, { force: true });
    throw error;
  }
}

const isMade = (environment: NodeJS.ProcessEnv, folder: string): Promise<boolean> =>
  asServiceUser(environment, () => isThere(path.join(folder, 'PG_VERSION')));

async function write(lines: AsyncGenerator<string, Counts>, output: NodeJS.WritableStream): Promise<Counts> {
  let counts: Counts = {};
  const counted = async function* (): AsyncGenerator<string> {
    counts = yield* lines;
  };
  await pipeline(Readable.from(counted()), createGzip(), output);
  return counts;
}
