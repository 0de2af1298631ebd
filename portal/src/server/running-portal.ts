import { once } from 'node:events';
import { readlinkSync } from 'node:fs';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import path from 'node:path';
import { socketIn } from './control/control-socket.js';
import { isAlive } from './is-alive.js';
import type { Configuration } from './settings/configuration.js';
import { PortalPresence } from './store/portal-presence.js';

/**
 * File with the process number of a running portal. Only one process may use the embedded database, but the database does not enforce this. So a
 * portal leaves its process number in the data folder, and commands check the number. The start of a portal does not check the number, because
 * the number of a killed portal may belong to another process by now. It looks for a portal that listens at the control socket.
 *
 * The number is followed by the namespace in which it counts. Each container has one of its own, and in most of them the portal and the command have
 * the number 1. So the portal of another namespace is looked for at its control socket.
 */
const FILE = 'portal.pid';
const IN_MEMORY = 'memory://';

type Place = Pick<Configuration, 'database' | 'dataFolder'>;

/**
 * Marks the database as used by this process, until the returned function is called. On a PostgreSQL server this is a lock (`PortalPresence`). Does
 * nothing for a database in memory.
 *
 * @throws Error if another portal uses the embedded database, or of the driver if the server does not answer
 */
export async function markRunning(place: Place): Promise<() => Promise<void>> {
  if ('url' in place.database) {
    const presence = await PortalPresence.open(place.database.url);
    return () => presence.close();
  }
  const file = fileOf(place);
  if (file === undefined) return () => Promise.resolve();
  if ((await stateOf(socketIn(place.dataFolder))) === 'listening')
    throw new Error(`another portal uses the embedded database in ${place.dataFolder}`);
  await mkdir(place.dataFolder, { recursive: true, mode: 0o700 });
  await writeFile(file, `${process.pid} ${ownNamespace()}`);
  return () => rm(file, { force: true });
}

/** A portal in another process. */
export interface RunningPortal {
  /** The process, in words for the administrator. */
  readonly process: string;
  /** The file with its number. */
  readonly file: string;
}

/**
 * Finds a portal in another process that uses the embedded database. Returns undefined if no such process is alive, or if the database is on a server or
 * in memory.
 */
export async function findRunning(place: Place): Promise<RunningPortal | undefined> {
  const file = fileOf(place);
  if (file === undefined) return undefined;
  const [number = '', namespace = ''] = (await readFile(file, 'utf8').catch(() => '')).split(' ');
  if (!/^\d+$/.test(number)) return undefined;
  if (namespace !== '' && namespace !== ownNamespace())
    return (await stateOf(socketIn(place.dataFolder))) !== 'left'
      ? { process: 'a process of another container', file }
      : undefined;
  const pid = Number(number);
  return pid === process.pid || !isAlive(pid) ? undefined : { process: `process ${pid}`, file };
}

/**
 * Checks that no portal in another process uses the embedded database.
 *
 * @throws Error with words for the administrator if a portal in another process uses the database
 */
export async function requireStopped(place: Place): Promise<void> {
  const running = await findRunning(place);
  if (!running) return;
  throw new Error(
    `${running.process} uses the embedded database. Stop the portal, or use the operator's page. If no portal is running, remove ${running.file}`,
  );
}

/** Returns the namespace in which the numbers of processes count (pid_namespaces(7)); empty where the system has none. */
function ownNamespace(): string {
  try {
    return readlinkSync('/proc/self/ns/pid');
  } catch {
    return '';
  }
}

/**
 * Returns whether a process listens at a socket. The socket of a killed process is `left`; a portal that starts has not made its own yet, so it is
 * `unknown`.
 */
async function stateOf(socket: string): Promise<'listening' | 'left' | 'unknown'> {
  const connection = connect(socket);
  try {
    await once(connection, 'connect');
    return 'listening';
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'ECONNREFUSED' ? 'left' : 'unknown';
  } finally {
    connection.destroy();
  }
}

/** True for an embedded database that is not in memory. */
export const isOnDisk = ({ database }: Pick<Place, 'database'>): boolean =>
  'folder' in database && !database.folder.startsWith(IN_MEMORY);

const fileOf = (place: Place): string | undefined => (isOnDisk(place) ? path.join(place.dataFolder, FILE) : undefined);
