import { execFile } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  linkSync,
  lstatSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { once } from 'node:events';
import { request } from 'node:http';
import { createServer, connect as connectTo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Writable } from 'node:stream';
import { gunzipSync } from 'node:zlib';
import { afterEach, beforeEach, expect, it, jest } from '@jest/globals';
import { until } from '@cardwright/stage';
import { backup } from '../../../portal/src/server/commands/backup.js';
import { backupFromPortal } from '../../../portal/src/server/control/ask-portal.js';
import { ControlSocket, socketIn } from '../../../portal/src/server/control/control-socket.js';
import type { ReadMoment } from '../../../portal/src/server/store/database.js';
import type { Connection } from '../../../portal/src/server/store/migrate.js';

/** The local socket by which a running portal is asked for a backup. */

const EVERYONE = 0o777;
/** Any user but root, which no file here belongs to. */
const STRANGER = 65_534;

let folder: string;
let control: ControlSocket | undefined;
/** Called before the rows of a table are read. */
let beforeRows: () => Promise<void>;
let moments: number;
let users: number;

beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'cardwright-control-'));
  [beforeRows, moments, users] = [() => Promise.resolve(), 0, 1];
});
afterEach(async () => {
  jest.restoreAllMocks();
  await control?.close();
  control = undefined;
  rmSync(folder, { recursive: true, force: true });
});

/** A database with one table, which has `users` rows. */
const connection: Connection = {
  run: () => Promise.resolve(),
  rows: async (sql) => {
    if (sql.includes(`to_regclass('migrations')`) || sql.includes(`to_regclass('users')`)) return [{ present: true }];
    if (!sql.startsWith('FETCH')) return [];
    await beforeRows();
    const some = Array.from({ length: Math.min(users, 50) }, (_, id) => ({ row: `{"id":${id}}` }));
    users -= some.length;
    return some;
  },
};
const readMoment: ReadMoment = async (work) => {
  moments += 1;
  try {
    return await work(connection);
  } finally {
    moments -= 1;
  }
};

const open = async (): Promise<void> => {
  control = await ControlSocket.open(folder, readMoment);
};

/** Collects what is written. */
class Collected extends Writable {
  readonly chunks: Buffer[] = [];
  override _write(chunk: Buffer, _: unknown, done: () => void): void {
    this.chunks.push(chunk);
    done();
  }
  get text(): string {
    return gunzipSync(Buffer.concat(this.chunks)).toString();
  }
}
const ask = async (output = new Collected()) => ({ counts: await backupFromPortal(socketIn(folder), output), output });

it('gives a whole backup to its own user, and leaves no file behind', async () => {
  await open();
  users = 120;
  const { counts, output } = await ask();
  expect(counts).toMatchObject({ users: 120, devices: 0 });
  expect(output.text.trimEnd().split('\n').at(-1)).toContain('"end"');
  expect(readdirSync(folder)).toEqual(['control.sock']);
  const isHeld = () => readdirSync('/proc/self/fd').some((fd) => linkOf(fd).startsWith(`${folder}/.backup-`));
  await until(() => !isHeld(), { what: 'the end of the file' });
});

/** Returns what a descriptor of this process names; an empty text for one that is closed meanwhile. */
function linkOf(fd: string): string {
  try {
    return readlinkSync(`/proc/self/fd/${fd}`);
  } catch {
    return '';
  }
}

it('is open to its owner alone, whatever the umask is, and leaves the umask as it was', async () => {
  const before = process.umask(0);
  try {
    await open();
  } finally {
    expect(process.umask(before)).toBe(0);
  }
  expect(statSync(socketIn(folder)).mode & EVERYONE).toBe(0o600);
});

/** Only root can become another user. For anyone else the test is reported as skipped, not as passed. */
const itAsRoot = process.getuid?.() === 0 ? it : it.skip;

itAsRoot('does not let another user connect, even where that user can look into the folder', async () => {
  await open();
  chmodSync(folder, 0o755);
  const program = `require('net').connect(${JSON.stringify(socketIn(folder))}).on('error', ({ code }) => console.log(code)).on('connect', () => process.exit(9))`;
  const said = await new Promise<string>((resolve) => {
    execFile(process.execPath, ['-e', program], { uid: STRANGER, gid: STRANGER, cwd: '/' }, (_, stdout) =>
      resolve(stdout),
    );
  });
  expect(said.trim()).toBe('EACCES');
});

it.each([0o777, 0o770, 0o720])('is not opened in a folder that others can write in (%#)', async (mode) => {
  chmodSync(folder, mode);
  await expect(open()).rejects.toThrow(`others than this user can write in ${folder}`);
  expect(existsSync(socketIn(folder))).toBe(false);
});

it('replaces the socket that a killed portal left', async () => {
  const left = createServer().listen(socketIn(folder));
  await once(left, 'listening');
  const kept = path.join(folder, 'kept');
  // A server that is closed removes its socket, while a killed process leaves it.
  linkSync(socketIn(folder), kept);
  await new Promise((closed) => left.close(closed));
  renameSync(kept, socketIn(folder));
  await expect(ask()).resolves.toMatchObject({ counts: undefined });
  await open();
  expect((await ask()).counts).toMatchObject({ users: 1 });
});

it('replaces a link, and does not follow it', async () => {
  const target = path.join(folder, 'keys.json');
  writeFileSync(target, 'precious', { mode: 0o640 });
  symlinkSync(target, socketIn(folder));
  await open();
  expect(lstatSync(socketIn(folder)).isSocket()).toBe(true);
  expect([readFileSync(target, 'utf8'), statSync(target).mode & EVERYONE]).toEqual(['precious', 0o640]);
});

it('refuses a second backup while one is under way, and makes it afterwards', async () => {
  await open();
  let release = (): void => undefined;
  beforeRows = () => new Promise((resolve) => (release = resolve));
  const first = ask();
  await until(() => moments > 0, { what: 'a backup under way' });
  await expect(ask()).rejects.toThrow('the portal made no backup: another backup is under way');
  beforeRows = () => Promise.resolve();
  release();
  expect((await first).counts).toMatchObject({ users: 1 });
  await until(async () => (await ask().catch(() => undefined))?.counts, { what: 'another backup' });
});

it('lets the database free, and makes another backup, when the client goes away half way', async () => {
  await open();
  users = Number.POSITIVE_INFINITY;
  const log = jest.spyOn(console, 'error').mockImplementation(() => undefined);
  const client = request({ socketPath: socketIn(folder), method: 'POST', path: '/backup' });
  client.on('error', () => undefined);
  client.end();
  await until(() => moments > 0, { what: 'a backup under way' });
  client.destroy();
  await until(() => moments === 0, { what: 'the end of the moment' });
  users = 1;
  await until(async () => (await ask().catch(() => undefined))?.counts, { what: 'another backup' });
  expect(log).not.toHaveBeenCalled();
  expect(readdirSync(folder)).toEqual(['control.sock']);
});

it('keeps nobody waiting for a client that reads nothing: the database is free before the first byte is sent', async () => {
  await open();
  users = 200_000;
  const client = connectTo(socketIn(folder));
  client.pause();
  client.write('POST /backup HTTP/1.1\r\nHost: localhost\r\n\r\n');
  await until(() => moments > 0, { what: 'a backup under way' });
  await until(() => moments === 0, { what: 'the end of the moment' });
  client.destroy();
});

it('answers nothing else', async () => {
  await open();
  for (const [method, address] of [
    ['GET', '/backup'],
    ['POST', '/restore'],
    ['POST', '/backup?'],
    ['DELETE', '/'],
  ] as const) {
    const sent = request({ socketPath: socketIn(folder), method, path: address });
    sent.end();
    const [answer] = (await once(sent, 'response')) as [{ statusCode: number; resume: () => void }];
    answer.resume();
    expect(answer.statusCode).toBe(404);
  }
  expect(moments).toBe(0);
});

it('ends a backup under way when the portal ends, and the command leaves no file', async () => {
  await open();
  beforeRows = () => new Promise(() => undefined);
  const file = path.join(folder, 'backup.gz');
  const keys = '{}';
  writeFileSync(path.join(folder, 'portal.pid'), String(process.ppid));
  const made = backup([file], { CARDWRIGHT_DATA: folder, CARDWRIGHT_KEYS: keys }, () => undefined);
  made.catch(() => undefined);
  await until(() => moments > 0, { what: 'a backup under way' });
  await control?.close();
  control = undefined;
  await expect(made).rejects.toThrow();
  expect(existsSync(file)).toBe(false);
});

it('is what the command uses while a portal runs, and without it the command says to stop the portal', async () => {
  writeFileSync(path.join(folder, 'portal.pid'), String(process.ppid));
  const environment = { CARDWRIGHT_DATA: folder, CARDWRIGHT_KEYS: '{}' };
  const lines: string[] = [];
  const file = path.join(folder, 'backup.gz');
  const command = () => backup([file], environment, (line) => lines.push(line));
  await expect(command()).rejects.toThrow(/uses the embedded database\. Stop the portal/);
  expect(existsSync(file)).toBe(false);
  await open();
  expect(await command()).toBe(0);
  expect(lines[0]).toBe(`Wrote ${file}: 1 users, 0 devices.`);
  expect(statSync(file).mode & EVERYONE).toBe(0o600);
  expect(gunzipSync(readFileSync(file)).toString()).toContain('"end"');
});

it('is not believed if it cuts the answer short, or sends something else', async () => {
  const answers = [
    'HTTP/1.1 200 OK\r\ncontent-length: 100\r\nx-cardwright-counts: {}\r\n\r\nshort',
    'HTTP/1.1 200 OK\r\n\r\nhello',
    'hello\r\n',
  ];
  for (const answer of answers) {
    const fake = createServer((socket) => socket.on('error', () => undefined).on('data', () => socket.end(answer)));
    fake.listen(socketIn(folder));
    await once(fake, 'listening');
    await expect(ask()).rejects.toThrow();
    await new Promise((closed) => fake.close(closed));
  }
});
