import { open, rm } from 'node:fs/promises';
import { backupFromPortal } from '../control/ask-portal.js';
import { socketIn } from '../control/control-socket.js';
import { readConfiguration, type Configuration } from '../settings/configuration.js';
import { reasonOf } from '../log/reason-of.js';
import { findRunning, requireStopped } from '../running-portal.js';
import { noteBackup } from '../last-backup.js';
import { asServiceUser } from '../service-user.js';
import { connect } from '../store/backup/connect.js';
import type { Counts } from '../store/backup/format.js';
import { backupLines, packBackup } from '../store/backup/write-backup.js';
import { isMade } from '../store/embedded-remains.js';
import { printUsage, type CommandFacts } from './command-facts.js';
import { fileArgument } from './file-argument.js';

const OWNER_ONLY = 0o600;

export const BACKUP = {
  name: 'backup',
  operands: 'FILE',
  options: {},
  summary: 'Writes all that is in the database into a new file.',
  more: ['The keys are not in it: keep a copy of the key file elsewhere. The portal may run meanwhile.'],
  examples: [{ line: 'backup /root/portal.gz', summary: 'Writes /root/portal.gz.' }],
} as const satisfies CommandFacts;

/**
 * `backup FILE`: writes the content of the database into a new file that only its owner can read. The file does not contain the keys: the
 * administrator copies the key file once, and keeps this copy apart from the backups. A running portal keeps running: one with the embedded
 * database, which only one process may use, is asked for the backup through its local socket.
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
    printUsage([BACKUP], print);
    return 1;
  }
  const configuration = readConfiguration(environment);
  // `wx` makes this fail if the file exists, so that no file is overwritten.
  const output = await open(file, 'wx', OWNER_ONLY);
  try {
    const stream = output.createWriteStream({ flush: true });
    const counts = await asServiceUser(environment, async () => {
      const written = await writeBackup(configuration, stream);
      // A backup that is not noted is a backup all the same.
      await noteBackup(configuration.dataFolder).catch((error: unknown) => {
        print(`/metrics will not tell the age of this backup: ${reasonOf(error)}.`);
      });
      return written;
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

/** Writes a backup to a stream: through the portal that runs on the embedded database, or else of the database itself. */
async function writeBackup(configuration: Configuration, output: NodeJS.WritableStream): Promise<Counts> {
  const { database, dataFolder } = configuration;
  if (await findRunning(configuration)) {
    const counts = await backupFromPortal(socketIn(dataFolder), output);
    if (counts) return counts;
    await requireStopped(configuration);
  }
  if ('folder' in database && !isMade(database.folder)) throw new Error(`there is no database in ${database.folder}`);
  const connection = await connect(database);
  try {
    return await packBackup(backupLines(connection, new Date()), output);
  } finally {
    await connection.close();
  }
}
