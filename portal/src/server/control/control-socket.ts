import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { chmod, open, rm, stat, unlink, type FileHandle } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import path from 'node:path';
import { Readable, Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { log } from '../log/log.js';
import { reasonOf } from '../log/reason-of.js';
import type { ReadMoment } from '../store/database.js';
import { linesOfMoment, packBackup } from '../store/backup/write-backup.js';

const SOCKET = 'control.sock';
const OWNER_ONLY = 0o600;
/** Permission bits with which others than the owner could replace the socket. */
const OTHERS_WRITE = 0o022;
const NOBODY_ELSE = 0o077;
const MOST_CONNECTIONS = 4;
/** Bytes that are read from a file at once. */
const CHUNK = 65_536;

/** Request with which a command asks the running portal for a backup. The answer is a backup file, as `packBackup` writes it. */
export const BACKUP_REQUEST = { method: 'POST', path: '/backup' } as const;

/** Header of the answer with the number of rows of each table, as JSON. */
export const COUNTS_HEADER = 'x-cardwright-counts';

/** Milliseconds for which either side waits while nothing moves. */
export const LONGEST_SILENCE = 60_000;

/** Returns the path of the socket of the portal whose embedded database is in a data folder. */
export const socketIn = (dataFolder: string): string => path.join(dataFolder, SOCKET);

/**
 * The local socket by which commands ask a running portal with an embedded database, which only one process may use. It is in the data folder. Only
 * the portal's user and root can connect: the kernel asks for write permission on the socket, which is its owner's alone. Node.js does not tell the
 * user of a peer (SO_PEERCRED), so the socket is not opened where others could replace it.
 */
export class ControlSocket {
  #isBusy = false;

  private constructor(
    private readonly dataFolder: string,
    private readonly readMoment: ReadMoment,
    private readonly server: Server,
  ) {
    server.maxConnections = MOST_CONNECTIONS;
    server.on('request', (request, response) => void this.#answer(request, response));
  }

  /**
   * Opens the socket. A socket that a killed portal left behind is replaced, and so is a link, which is not followed.
   *
   * @throws Error if the folder can be written by others, or the socket cannot be made, for example because its path is too long
   */
  static async open(dataFolder: string, readMoment: ReadMoment): Promise<ControlSocket> {
    const { mode, uid } = await stat(dataFolder);
    if ((mode & OTHERS_WRITE) !== 0 || uid !== process.geteuid?.())
      throw new Error(`others than this user can write in ${dataFolder}`);
    const file = socketIn(dataFolder);
    await rm(file, { force: true });
    const server = createServer();
    const control = new ControlSocket(dataFolder, readMoment, server);
    // The socket is made while listen() runs, so no other file gets these permissions.
    const before = process.umask(NOBODY_ELSE);
    try {
      server.listen(file);
    } finally {
      process.umask(before);
    }
    await once(server, 'listening');
    await chmod(file, OWNER_ONLY);
    return control;
  }

  /** Ends all connections, also a backup under way, and removes the socket. */
  async close(): Promise<void> {
    const closed = once(this.server, 'close');
    this.server.close();
    this.server.closeAllConnections();
    await closed;
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (request.method !== BACKUP_REQUEST.method || request.url !== BACKUP_REQUEST.path) {
      refuse(response, 404, 'there is no such request');
      return;
    }
    if (this.#isBusy) {
      refuse(response, 409, 'another backup is under way');
      return;
    }
    this.#isBusy = true;
    try {
      await this.#sendBackup(response);
    } catch (error) {
      // A client that has left is told nothing.
      if (!response.destroyed) log.error('A backup failed.', { reason: reasonOf(error) });
      if (response.headersSent || response.destroyed) response.destroy();
      else refuse(response, 500, reasonOf(error));
    } finally {
      this.#isBusy = false;
    }
  }

  /**
   * Writes the backup into a file without a name first, so that the database is held up by the disk alone, and by no slow client. The system removes
   * the file with its last handle, also if the portal is killed.
   */
  async #sendBackup(response: ServerResponse): Promise<void> {
    const left = new AbortController();
    response.once('close', () => left.abort());
    const name = path.join(this.dataFolder, `.backup-${randomUUID()}`);
    const spool = await open(name, 'wx+', OWNER_ONLY);
    try {
      await unlink(name);
      const counts = await this.readMoment((connection) =>
        packBackup(linesOfMoment(connection, new Date()), endOf(spool), left.signal),
      );
      const { size } = await spool.stat();
      response.setTimeout(LONGEST_SILENCE, () => response.destroy());
      response.writeHead(200, { 'content-length': size, [COUNTS_HEADER]: JSON.stringify(counts) });
      await pipeline(Readable.from(chunksOf(spool)), response);
    } finally {
      await spool.close();
    }
  }
}

/** Returns a stream that appends to a file. The file's own streams would keep it open where they do not close it. */
const endOf = (file: FileHandle): Writable =>
  new Writable({
    write: (chunk: Buffer, _, done) => {
      file.appendFile(chunk).then(() => done(), done);
    },
  });

/** Yields the content of a file from its beginning. */
async function* chunksOf(file: FileHandle): AsyncGenerator<Buffer> {
  for (let position = 0; ;) {
    const { bytesRead, buffer } = await file.read(Buffer.alloc(CHUNK), 0, CHUNK, position);
    if (bytesRead === 0) return;
    yield buffer.subarray(0, bytesRead);
    position += bytesRead;
  }
}

function refuse(response: ServerResponse, status: number, reason: string): void {
  response.writeHead(status, { 'content-type': 'text/plain; charset=utf-8' }).end(reason);
}
