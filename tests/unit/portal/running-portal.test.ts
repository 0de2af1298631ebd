import { once } from 'node:events';
import {
  linkSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { socketIn } from '../../../portal/src/server/control/control-socket.js';
import { findRunning, markRunning, requireStopped } from '../../../portal/src/server/running-portal.js';

/** The mark of a running portal on its embedded database. */

const OTHER = 'pid:[1]';
const OWN = readlinkSync('/proc/self/ns/pid');

let dataFolder: string;
beforeEach(() => {
  dataFolder = mkdtempSync(path.join(tmpdir(), 'cardwright-running-'));
});
afterEach(() => rmSync(dataFolder, { recursive: true, force: true }));

/** Returns when a process was started (proc_pid_stat(5), field 22). */
const startOf = (pid: number): string =>
  readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)?.split(' ')[19] ?? '';

const place = () => ({ dataFolder, database: { folder: path.join(dataFolder, 'database') } });
const file = (): string => path.join(dataFolder, 'portal.pid');

/** Listens at the control socket while something is done, as a portal does, or leaves the socket behind as a killed one does. */
async function withSocket(work: () => Promise<void>, { isKilled = false } = {}): Promise<void> {
  const server = createServer().listen(socketIn(dataFolder));
  await once(server, 'listening');
  const close = async (): Promise<void> => {
    server.close();
    await once(server, 'close');
  };
  if (!isKilled) {
    try {
      await work();
    } finally {
      await close();
    }
    return;
  }
  const kept = path.join(dataFolder, 'kept');
  linkSync(socketIn(dataFolder), kept);
  await close();
  renameSync(kept, socketIn(dataFolder));
  return work();
}

it('names the process and its namespace, until the portal ends, and is nothing to the process itself', async () => {
  const end = await markRunning(place());
  expect(readFileSync(file(), 'utf8')).toBe(`${process.pid} ${OWN} ${startOf(process.pid)}`);
  expect(await findRunning(place())).toBeUndefined();
  await end();
  expect(await findRunning(place())).toBeUndefined();
});

it.each([String(process.ppid), `${process.ppid} ${OWN}`, `${process.ppid} ${OWN} ${startOf(process.ppid)}`])(
  'finds a process of this computer by its number: %s',
  async (mark) => {
    writeFileSync(file(), mark);
    await expect(requireStopped(place())).rejects.toThrow(`process ${process.ppid} uses the embedded database`);
  },
);

it.each(['', 'none', ' ', '4194999', `4194999 ${OWN}`, `4194999 ${OWN} 5`, `${process.ppid} ${OWN} 5`])(
  'finds none where there is no such process: "%s"',
  async (mark) => {
    writeFileSync(file(), mark);
    await withSocket(async () => expect(await findRunning(place())).toBeUndefined());
  },
);

it.each([1, process.pid])('finds the portal of another container, whatever the number is there: %i', async (pid) => {
  writeFileSync(file(), `${pid} ${OTHER}`);
  await withSocket(() =>
    expect(requireStopped(place())).rejects.toThrow('a process of another container uses the embedded database'),
  );
});

it('takes a portal of another container for running until it has made its socket', async () => {
  writeFileSync(file(), `1 ${OTHER}`);
  await expect(requireStopped(place())).rejects.toThrow(`If no portal is running, remove ${file()}`);
});

it('knows that a portal of another container was killed', async () => {
  writeFileSync(file(), `${process.ppid} ${OTHER}`);
  await withSocket(async () => expect(await findRunning(place())).toBeUndefined(), { isKilled: true });
});

it('lets no second portal start beside one that listens, and one start after a killed one', async () => {
  await withSocket(() => expect(markRunning(place())).rejects.toThrow('another portal uses the embedded database'));
  await withSocket(() => markRunning(place()).then((end) => end()), { isKilled: true });
});

const IN_USE = 'another portal uses the embedded database';

it('lets no second portal start while the first one still opens its database', async () => {
  writeFileSync(file(), `${process.ppid} ${OWN} ${startOf(process.ppid)}`);
  await expect(markRunning(place())).rejects.toThrow(IN_USE);
  expect(readFileSync(file(), 'utf8')).toBe(`${process.ppid} ${OWN} ${startOf(process.ppid)}`);
});

it.each(['', '4194999', `${process.ppid} ${OWN} 5`, `4194999 ${OWN} 5`])(
  'lets a portal start where one was killed and left "%s", even if its number belongs to another process by now',
  async (mark) => {
    writeFileSync(file(), mark);
    const end = await markRunning(place());
    expect(readdirSync(dataFolder)).toEqual(['portal.pid']);
    await end();
  },
);

it.each([undefined, `4194999 ${OWN} 5`])(
  'lets one of five portals start in the same moment, where %s was left',
  async (mark) => {
    if (mark !== undefined) writeFileSync(file(), mark);
    const starts = await Promise.allSettled(Array.from({ length: 5 }, () => markRunning(place())));
    const refusals = starts.flatMap((start) => (start.status === 'rejected' ? [String(start.reason)] : []));
    expect(refusals).toEqual(Array(4).fill(`Error: ${IN_USE} in ${dataFolder}`));
    expect(readFileSync(file(), 'utf8')).toBe(`${process.pid} ${OWN} ${startOf(process.pid)}`);
  },
);
