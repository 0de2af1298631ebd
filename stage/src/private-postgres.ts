import { execFile } from 'node:child_process';
import { createHash, createHmac, pbkdf2Sync, randomBytes } from 'node:crypto';
import { chownSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { freePort } from './free-port.js';
import { onProcessEnd } from './process-end.js';
import { TiedProcess } from './tied-process.js';

/** User id of `nobody`, who runs the server instead of root, because PostgreSQL refuses to run as root. */
const NOBODY = 65_534;
const VERSIONS = '/usr/lib/postgresql';
const USER = 'cardwright';
/** A folder that Linux keeps in memory. A container has little room there unless it is told otherwise. */
const MEMORY = '/dev/shm';
/** Bytes that a server's data never need. */
const ROOM = 4 * 1024 ** 3;

/** A cluster that no server has opened yet. */
export interface EmptyCluster {
  readonly folder: string;
  /** Password of the cluster's only user. */
  readonly password: string;
}

/** A private PostgreSQL server on 127.0.0.1 with an empty database. `stop()` removes the data. */
export interface PrivatePostgres {
  /** Value for `DATABASE_URL`. It contains the random password of this server's cluster. */
  readonly url: string;
  stop(): Promise<void>;
}

/**
 * Starts a server on a copy of an empty cluster.
 *
 * @param empty default: a new cluster
 * @throws when PostgreSQL is not installed where Debian puts it, or does not start
 */
export async function startPostgres(empty?: EmptyCluster): Promise<PrivatePostgres> {
  const folder = mkdtempSync(path.join(roomForData(), 'cardwright-postgres-'));
  const removeFolder = (): void => rmSync(folder, { recursive: true, force: true });
  const forget = onProcessEnd(removeFolder);
  const { folder: data, password } = empty ? await copied(empty, folder) : await initialise(folder);
  const port = await freePort();
  const settings = {
    listen_addresses: '127.0.0.1',
    port,
    unix_socket_directories: '',
    // The data are temporary, and need not survive a power failure.
    fsync: 'off',
    full_page_writes: 'off',
    // Nobody copies the data by the log of changes, so it need not have all of them.
    wal_level: 'minimal',
    max_wal_senders: '0',
    // Most databases live for seconds. Otherwise a process would look at each of them again and again.
    autovacuum: 'off',
    // Nobody looks at the counts or at the names of the processes, and no query is long enough to be compiled.
    track_counts: 'off',
    update_process_title: 'off',
    jit: 'off',
  };
  const server = await TiedProcess.start(
    path.join(binaries(), 'postgres'),
    ['-D', data, ...Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`])],
    { ...ordinaryUser(), env: { ...process.env, LC_ALL: 'C' } },
  );
  const stop = async (): Promise<void> => {
    // SIGINT is PostgreSQL's "fast shutdown", which does not wait for clients to disconnect.
    await server.stop('SIGINT');
    removeFolder();
    forget();
  };
  try {
    await server.line(/database system is ready to accept connections/);
    return { url: `postgres://${USER}:${password}@127.0.0.1:${port}/postgres`, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** Returns a folder in memory if there is room: each database has hundreds of files, which a disk makes and removes slowly. */
function roomForData(): string {
  if (!existsSync(MEMORY)) return tmpdir();
  const { bavail, bsize } = statfsSync(MEMORY);
  return bavail * bsize >= ROOM ? MEMORY : tmpdir();
}

async function copied({ folder: original, password }: EmptyCluster, folder: string): Promise<EmptyCluster> {
  ownedByServer(folder);
  const data = path.join(folder, 'data');
  await promisify(execFile)('cp', ['--archive', original, data]);
  return { folder: data, password };
}

/**
 * Creates an empty cluster.
 *
 * @param folder folder in which the cluster's folder is created; if this process runs as root, the folder is given to `nobody`, who runs the server
 */
export async function initialise(folder: string): Promise<EmptyCluster> {
  const password = randomBytes(16).toString('hex');
  const passwordFile = path.join(folder, 'password');
  const data = path.join(folder, 'data');
  writeFileSync(passwordFile, scramSecret(password), { mode: 0o600 });
  mkdirSync(data, { mode: 0o700 });
  ownedByServer(folder, data, passwordFile);
  const options = [
    '--auth=scram-sha-256',
    '--username',
    USER,
    '--pwfile',
    passwordFile,
    '--no-sync',
    '--locale=C.UTF-8',
  ];
  await promisify(execFile)(path.join(binaries(), 'initdb'), [...options, '-D', data], {
    ...ordinaryUser(),
    cwd: folder,
  });
  rmSync(passwordFile);
  return { folder: data, password };
}

/**
 * Returns what PostgreSQL stores of a password. Clients repeat the hash at each connection, 4,096 times by default, which protects a password that can be
 * guessed. This one has 128 random bits, so once is enough.
 */
function scramSecret(password: string): string {
  const iterations = 1;
  const salt = randomBytes(16);
  const salted = pbkdf2Sync(password, salt, iterations, 32, 'sha256');
  const keyFor = (use: string): Buffer => createHmac('sha256', salted).update(use).digest();
  const storedKey = createHash('sha256').update(keyFor('Client Key')).digest('base64');
  const serverKey = keyFor('Server Key').toString('base64');
  return `SCRAM-SHA-256$${iterations}:${salt.toString('base64')}$${storedKey}:${serverKey}`;
}

/** If this process runs as root, gives files and folders to `nobody`, who then runs the server. Does nothing for another user. */
function ownedByServer(...files: readonly string[]): void {
  if (process.getuid?.() === 0) for (const file of files) chownSync(file, NOBODY, NOBODY);
}

function ordinaryUser(): { uid?: number; gid?: number } {
  return process.getuid?.() === 0 ? { uid: NOBODY, gid: NOBODY } : {};
}

/** Returns the folder of PostgreSQL's programs. Debian has such a folder for each major version, outside the PATH. */
function binaries(): string {
  const newest = readdirSync(VERSIONS)
    .filter((name) => /^\d+$/.test(name))
    .sort((a, b) => Number(b) - Number(a))[0];
  if (newest === undefined) throw new Error(`No PostgreSQL server in ${VERSIONS}: install the package postgresql.`);
  return path.join(VERSIONS, newest, 'bin');
}
