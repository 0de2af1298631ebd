import { once } from 'node:events';
import { linkSync, readFileSync, readlinkSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { mkdir, rm } from 'node:fs/promises';
import { connect } from 'node:net';
import path from 'node:path';
import { socketIn } from './control/control-socket.js';
import { isAlive } from './is-alive.js';
import type { Configuration } from './settings/configuration.js';
import { PortalPresence } from './store/portal-presence.js';

/**
 * File with the process of a running portal. Only one process may use the embedded database, but the database does not enforce this. So a portal
 * leaves its mark in the data folder before it opens the database: its process number, the namespace in which that counts, and when the process was
 * started. The number of a killed portal may belong to another process by now, which was started at another time.
 *
 * Each container has a namespace of its own, and in most of them the portal and the command have the number 1. So the portal of another namespace is
 * looked for at its control socket.
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
  const inUse = `another portal uses the embedded database in ${place.dataFolder}`;
  if ((await stateOf(socketIn(place.dataFolder))) === 'listening') throw new Error(inUse);
  await mkdir(place.dataFolder, { recursive: true, mode: 0o700 });
  if (!leaveMark(file)) throw new Error(inUse);
  return () => rm(file, { force: true });
}

/**
 * Makes the file with the mark of this process. Replaces the mark of a process that has ended.
 *
 * @returns false if another portal was faster, or its process is alive
 */
function leaveMark(file: string): boolean {
  const [own, aside] = [`${file}.${process.pid}`, `${file}.${process.pid}.old`];
  rmSync(own, { force: true });
  writeFileSync(own, [process.pid, ownNamespace(), startOf(process.pid)].join(' '), { flag: 'wx' });
  try {
    if (isLinked(own, file)) return true;
    const found = textOf(file);
    const { pid, start } = parse(found);
    if (start !== '' && startOf(pid) === start) return false;
    if (!isRenamed(file, aside)) return false;
    // Of two portals that have read the same old mark, one has renamed it. If the other one then renames the new mark, it puts that back.
    const isOld = textOf(aside) === found;
    return isLinked(isOld ? own : aside, file) && isOld;
  } finally {
    rmSync(own, { force: true });
    rmSync(aside, { force: true });
  }
}

/** Gives a file a second name. Returns false if there is a file of that name. So a mark is never seen half written. */
const isLinked = (file: string, name: string): boolean => isDone(() => linkSync(file, name), 'EEXIST');

/** Renames a file. Returns false if there is none. */
const isRenamed = (file: string, name: string): boolean => isDone(() => renameSync(file, name), 'ENOENT');

/** Runs an action on files. Returns false if it fails with a certain code of the system. */
function isDone(action: () => void, unless: string): boolean {
  try {
    action();
    return true;
  } catch (error) {
    if (hasCode(error, unless)) return false;
    throw error;
  }
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
  const { pid, namespace, start } = parse(textOf(file));
  if (Number.isNaN(pid)) return undefined;
  if (namespace !== '' && namespace !== ownNamespace())
    return (await stateOf(socketIn(place.dataFolder))) !== 'left'
      ? { process: 'a process of another container', file }
      : undefined;
  const isRunning = start === '' ? isAlive(pid) : startOf(pid) === start;
  return pid === process.pid || !isRunning ? undefined : { process: `process ${pid}`, file };
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

/** Returns the content of a file; empty if it cannot be read. */
function textOf(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}

/** Reads a mark. Its number is NaN if the file has none. A mark of an older portal has no start, and an even older one no namespace. */
function parse(mark: string): { pid: number; namespace: string; start: string } {
  const [number = '', namespace = '', start = ''] = mark.split(' ');
  return { pid: /^\d+$/.test(number) ? Number(number) : NaN, namespace, start };
}

/**
 * Returns when a process was started, in clock ticks after the start of the system (proc_pid_stat(5), field 22). Empty if there is no such process, or if
 * the system does not tell.
 */
function startOf(pid: number): string {
  // The second field is the program's name in brackets, which may contain anything.
  const [, rest = ''] = /^.*\) (.*)$/su.exec(textOf(`/proc/${pid}/stat`)) ?? [];
  return rest.split(' ')[19] ?? '';
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
    return hasCode(error, 'ECONNREFUSED') ? 'left' : 'unknown';
  } finally {
    connection.destroy();
  }
}

/** True for an error of the system with a certain code. */
const hasCode = (error: unknown, code: string): boolean =>
  error instanceof Error && 'code' in error && error.code === code;

/** True for an embedded database that is not in memory. */
export const isOnDisk = ({ database }: Pick<Place, 'database'>): boolean =>
  'folder' in database && !database.folder.startsWith(IN_MEMORY);

const fileOf = (place: Place): string | undefined => (isOnDisk(place) ? path.join(place.dataFolder, FILE) : undefined);
