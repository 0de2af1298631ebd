import { execFile } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { PATIENCE_MS } from './patience.js';
import { onProcessEnd } from './process-end.js';
import { freePairs, readerConfiguration, type VirtualReader } from './reader-configuration.js';
import { TiedProcess } from './tied-process.js';

/** User id of `nobody`, who runs pcscd instead of root. As root, pcscd would overwrite, and later delete, the machine's /run/pcscd/pcscd.pid. */
const NOBODY = 65_534;
const START_ATTEMPTS = 5;
/** Shell command that starts pcscd by `exec`. So pcscd keeps the shell's process id, which LISTEN_PID must name (sd_listen_fds(3)). */
const ACTIVATE = 'LISTEN_PID=$$ LISTEN_FDS=1 exec "$0" -f --disable-polkit -c "$1"';
const VPCD_DRIVER = '/usr/lib/pcsc/drivers/serial/libifdvpcd.so';
const LIST_READERS = fileURLToPath(new URL('../list-readers.mjs', import.meta.url));
/** Library that lets pcscd start without the right to create /run/pcscd, and makes vpcd listen only on loopback. stage/build.mjs builds it. */
const PRELOADED = fileURLToPath(new URL('../dist/private-pcscd.so', import.meta.url));

export interface PrivatePcscdOptions {
  /** Number of readers, 0 to 16, rounded up to an even number, because vpcd's readers come in pairs. Default: 2. */
  readonly readers?: number;
}

/** A private PC/SC daemon with virtual readers, which cards reach over loopback only. It does not affect the machine's own pcscd and readers. */
export interface PrivatePcscd {
  /** The socket for libpcsclite: the value of PCSCLITE_CSOCK_NAME. */
  readonly socket: string;
  /** This process's environment with PCSCLITE_CSOCK_NAME. A process needs this environment to see these readers. */
  readonly env: NodeJS.ProcessEnv;
  /** The readers as PC/SC clients see them, each with the TCP port of 127.0.0.1 on which the reader waits for a card. */
  readonly readers: readonly VirtualReader[];
  /** The daemon's process id. Undefined while the daemon is not running. */
  readonly pid: number | undefined;
  /**
   * Ends the daemon, but keeps the path of its socket for `restart`. Until `restart` is called, clients learn that the smart card service is not
   * running.
   */
  end(): Promise<void>;
  /** Ends the daemon and starts another daemon at the same socket, with new readers on new ports. */
  restart(options?: PrivatePcscdOptions): Promise<void>;
  /** Ends the daemon and removes its folder. */
  stop(): Promise<void>;
}

/**
 * Starts a private pcscd. This needs no root privileges. If this process runs as root, pcscd runs as `nobody`.
 *
 * @throws when pcscd or the vpcd driver is missing, when pcscd does not answer, or when no free ports are found for the readers
 */
export async function startPrivatePcscd(options: PrivatePcscdOptions = {}): Promise<PrivatePcscd> {
  const folder = mkdtempSync(path.join(tmpdir(), 'cardwright-pcscd-'));
  chmodSync(folder, 0o755);
  const removeFolder = (): void => rmSync(folder, { recursive: true, force: true });
  const forget = onProcessEnd(removeFolder);
  const pcscd = new Daemon(folder);
  const stop = async (): Promise<void> => {
    await pcscd.end();
    removeFolder();
    forget();
  };
  try {
    pcscd.prepare();
    await pcscd.start(options);
  } catch (error) {
    await stop();
    throw error;
  }
  return {
    socket: pcscd.socket,
    env: pcscd.env,
    get readers() {
      return pcscd.readers;
    },
    get pid() {
      return pcscd.pid;
    },
    end: () => pcscd.end(),
    restart: async (next = {}) => {
      await pcscd.end();
      await pcscd.start(next);
    },
    stop,
  };
}

class Daemon {
  readers: readonly VirtualReader[] = [];
  readonly socket: string;
  readonly env: NodeJS.ProcessEnv;
  readonly #folder: string;
  readonly #configuration: string;
  readonly #noDrivers: string;
  readonly #preload: string;
  #process: TiedProcess | undefined;

  constructor(folder: string) {
    this.#folder = folder;
    this.socket = path.join(folder, 'comm');
    this.env = { ...process.env, PCSCLITE_CSOCK_NAME: this.socket };
    this.#configuration = path.join(folder, 'readers');
    this.#noDrivers = path.join(folder, 'no-usb-drivers');
    this.#preload = path.join(folder, 'private-pcscd.so');
  }

  prepare(): void {
    mkdirSync(this.#configuration);
    mkdirSync(this.#noDrivers);
    // The library is copied, because the clone may be in a folder that `nobody` cannot enter.
    copyFileSync(PRELOADED, this.#preload);
  }

  get pid(): number | undefined {
    return this.#process?.pid;
  }

  /**
   * Starts pcscd and checks its list of readers. Tries other ports if a reader is missing, because pcscd runs without a reader whose port is taken.
   */
  async start({ readers: count = 2 }: PrivatePcscdOptions): Promise<void> {
    for (let attempt = 1; ; attempt++) {
      const readers = await freePairs(Math.ceil(count / 2));
      await this.#startWith(readers);
      const listed = await this.#listReaders();
      const missing = readers.filter((reader) => !listed.includes(reader.name));
      if (missing.length === 0) {
        this.readers = readers;
        return;
      }
      const output = this.#process?.output ?? '';
      await this.end();
      if (attempt === START_ATTEMPTS) {
        throw new Error(`pcscd lacks ${missing.map((reader) => reader.name).join(', ')}. Its last lines:\n${output}`);
      }
    }
  }

  async end(): Promise<void> {
    await this.#process?.stop();
    this.#process = undefined;
    this.readers = [];
    rmSync(this.socket, { force: true });
  }

  /** Starts pcscd with a socket that already listens (socket activation), so that clients can connect before pcscd is ready. */
  async #startWith(readers: readonly VirtualReader[]): Promise<void> {
    const configuration = readerConfiguration(readers, (pair) => this.#driver(pair));
    writeFileSync(path.join(this.#configuration, 'vpcd'), configuration);
    const newSocket = `${this.socket}.new`;
    const server = createServer();
    server.listen(newSocket);
    await once(server, 'listening');
    chmodSync(newSocket, 0o666);
    this.#process = await TiedProcess.start('/bin/sh', ['-c', ACTIVATE, pcscdPath(), this.#configuration], {
      // Without USB drivers, pcscd ignores the machine's real readers.
      env: { ...process.env, PCSCLITE_HP_DROPDIR: this.#noDrivers, LD_PRELOAD: this.#preload },
      descriptor3: descriptorOf(server),
      ...(process.getuid?.() === 0 ? { uid: NOBODY, gid: NOBODY } : {}),
    });
    // Node must stop listening, because clients that it accepted would hang. Closing the server deletes only the old path of the socket.
    renameSync(newSocket, this.socket);
    server.close();
    await once(server, 'close');
  }

  /** Copies the driver for a pair of readers, and returns the copy's path. A loaded driver library has room for one pair only. */
  #driver(pair: number): string {
    const copy = path.join(this.#folder, `vpcd-${pair}.so`);
    copyFileSync(VPCD_DRIVER, copy);
    return copy;
  }

  async #listReaders(): Promise<string[]> {
    const options = { env: this.env, timeout: PATIENCE_MS };
    try {
      const { stdout } = await promisify(execFile)(process.execPath, [LIST_READERS], options);
      const names: unknown = JSON.parse(stdout);
      return Array.isArray(names) ? names.filter((name) => typeof name === 'string') : [];
    } catch (cause) {
      throw new Error(`The private pcscd does not answer. Its last lines:\n${this.#process?.output ?? ''}`, { cause });
    }
  }
}

/** Returns the path of pcscd. On Debian it is in /usr/sbin, which may be missing in an ordinary user's PATH. */
function pcscdPath(): string {
  return ['/usr/sbin/pcscd', '/usr/local/sbin/pcscd'].find((file) => existsSync(file)) ?? 'pcscd';
}

/** Returns a server's descriptor. Node has no public name for the descriptor, so it is read from the server's handle. */
function descriptorOf(server: Server): number {
  const handle: unknown = Reflect.get(server, '_handle');
  const fd: unknown = typeof handle === 'object' && handle !== null ? Reflect.get(handle, 'fd') : undefined;
  if (typeof fd !== 'number' || fd < 0)
    throw new Error('This Node does not tell the descriptor of a listening socket.');
  return fd;
}
