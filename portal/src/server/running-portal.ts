import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { isAlive } from './is-alive.js';
import type { Configuration } from './settings/configuration.js';
import { PortalPresence } from './store/portal-presence.js';

/**
 * File with the process number of a running portal. Only one process may use the embedded database, but the database does not enforce this. So a
 * portal leaves its process number in the data folder, and commands check the number. The start of a portal does not check the number, because
 * the number of a killed portal may belong to another process by now.
 */
const FILE = 'portal.pid';
const IN_MEMORY = 'memory://';

type Place = Pick<Configuration, 'database' | 'dataFolder'>;

/**
 * Marks the database as used by this process, until the returned function is called. On a PostgreSQL server this is a lock (`PortalPresence`). Does
 * nothing for a database in memory.
 *
 * @throws Error of the driver if the server does not answer
 */
export async function markRunning(place: Place): Promise<() => Promise<void>> {
  if ('url' in place.database) {
    const presence = await PortalPresence.open(place.database.url);
    return () => presence.close();
  }
  const file = fileOf(place);
  if (file === undefined) return () => Promise.resolve();
  await mkdir(place.dataFolder, { recursive: true, mode: 0o700 });
  await writeFile(file, String(process.pid));
  return () => rm(file, { force: true });
}

/**
 * Finds a portal in another process that uses the embedded database. Returns its process number and the file with that number. Returns undefined
 * if no such process is alive, or if the database is on a server or in memory.
 */
export async function findRunning(place: Place): Promise<{ readonly pid: number; readonly file: string } | undefined> {
  const file = fileOf(place);
  const pid = file === undefined ? NaN : Number(await readFile(file, 'utf8').catch(() => 'none'));
  if (file === undefined || !Number.isInteger(pid) || pid === process.pid || !isAlive(pid)) return undefined;
  return { pid, file };
}

/**
 * Checks that no portal in another process uses the embedded database.
 *
 * @throws Error with words for the administrator if a portal in another process uses the database
 */
export async function requireStopped(place: Place): Promise<void> {
  const running = await findRunning(place);
  if (!running) return;
  const { pid, file } = running;
  throw new Error(
    `process ${pid} uses the embedded database. Stop the portal, or use the operator's page. If no portal is running, remove ${file}`,
  );
}

/** True for an embedded database that is not in memory. */
export const isOnDisk = ({ database }: Pick<Place, 'database'>): boolean =>
  'folder' in database && !database.folder.startsWith(IN_MEMORY);

const fileOf = (place: Place): string | undefined => (isOnDisk(place) ? path.join(place.dataFolder, FILE) : undefined);
