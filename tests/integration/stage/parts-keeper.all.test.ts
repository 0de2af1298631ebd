import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { askKeeper, inRepository, KEEPER, PartsKeeper, until } from '@cardwright/stage';

const STAGE = inRepository('stage', 'dist', 'index.js');

let folder: string;
let address: string;
const { [KEEPER]: ours, JEST_WORKER_ID: worker } = process.env;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'cardwright-keeper-'));
  address = path.join(folder, 'keeper');
});
afterEach(() => {
  Object.assign(process.env, { [KEEPER]: ours, JEST_WORKER_ID: worker });
  rmSync(folder, { recursive: true, force: true });
});

/** Asks the keeper for PostgreSQL, as the worker of a number. */
const postgresOf = (number: string): Promise<{ url: string }> => {
  Object.assign(process.env, { [KEEPER]: address, JEST_WORKER_ID: number });
  return askKeeper('postgres');
};

/** Returns whether a server listens at the port of an address. */
async function answers(url: string): Promise<boolean> {
  const socket = connect(Number(new URL(url).port), '127.0.0.1');
  try {
    await once(socket, 'connect');
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}

it('starts a part when a worker first asks for it, has one for each worker, and ends them all', async () => {
  const keeper = await PartsKeeper.listen(address);
  const [first, again] = await Promise.all([postgresOf('91'), postgresOf('91')]);
  const other = await postgresOf('92');
  expect(again).toEqual(first);
  expect(other.url).not.toBe(first.url);
  expect(await Promise.all([first.url, other.url].map(answers))).toEqual([true, true]);
  expect(await keeper.close()).toEqual([]);
  expect(await Promise.all([first.url, other.url].map(answers))).toEqual([false, false]);
});

it('answers the next worker after one was killed in the middle of its request', async () => {
  const keeper = await PartsKeeper.listen(address);
  const killed = connect(address);
  await once(killed, 'connect');
  killed.write('{"worker":"91","part":"postg');
  killed.destroy();
  expect(await answers((await postgresOf('91')).url)).toBe(true);
  expect(await keeper.close()).toEqual([]);
});

it('names a part that it does not know', async () => {
  const keeper = await PartsKeeper.listen(address);
  const socket = connect(address);
  socket.write('{"worker":"91","part":"printer","options":{}}\n');
  const [line] = (await once(createInterface({ input: socket }), 'line')) as [string];
  expect(JSON.parse(line)).toEqual({ error: expect.stringMatching(/Invalid type/) });
  expect(await keeper.close()).toEqual([]);
});

it('ends its parts when it is killed', async () => {
  const script = `
    const { askKeeper, PartsKeeper } = await import(${JSON.stringify(STAGE)});
    await PartsKeeper.listen(process.env.${KEEPER});
    console.log((await askKeeper('postgres')).url);
    setInterval(() => undefined, 60_000);`;
  const keeper = spawn(process.execPath, ['--input-type=module', '--eval', script], {
    env: { ...process.env, [KEEPER]: address },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [url] = (await once(createInterface({ input: keeper.stdout }), 'line')) as [string];
  expect(await answers(url)).toBe(true);
  keeper.kill('SIGKILL');
  await until(async () => !(await answers(url)), { what: 'the end of the part' });
});
