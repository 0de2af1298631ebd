import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { expect, it } from '@jest/globals';
import { CHROMIUM_EXTENSION_ID } from '@cardwright/protocol/identity';
import { PROTOCOL_RANGE } from '@cardwright/protocol/messages';
import { encodeFrame } from '@cardwright/native-host';
import { HOST_PROGRAM } from '../../../stage/src/host-registration.js';
import { NO_PASSKEYS } from '../../support/extension-facts.js';

/** Holds the start of a host, which a page waits for, near that of an empty program. */

const ROUNDS = 9;
/** The limit for the host's processor time until its first answer, as a multiple of that of an empty program. */
const MOST = 1.5;

const HOST = [HOST_PROGRAM, `chrome-extension://${CHROMIUM_EXTENSION_ID}/`];
/** An empty program that stays until it is ended, so that its processor time can be read. */
const EMPTY = ['-e', 'require("node:fs").writeSync(1, "started"); setInterval(() => {}, 60_000);'];
const INITIALIZE = encodeFrame({
  jsonrpc: '2.0',
  id: 1,
  method: 'initialize',
  params: {
    protocol: PROTOCOL_RANGE,
    sdk: '1',
    extension: '1',
    origin: 'https://cms.example',
    cms: null,
    ...NO_PASSKEYS,
  },
});

/** Starts a program, and measures until its first output. @returns milliseconds of processor time */
async function measure(args: readonly string[], input?: Buffer): Promise<number> {
  const child = spawn(process.execPath, args, { stdio: ['pipe', 'pipe', 'ignore'] });
  const ended = once(child, 'exit');
  if (input) child.stdin.write(input);
  await Promise.race([once(child.stdout, 'data'), ended]);
  const measured = processorTimeOf(child);
  child.stdin.end();
  if (!input) child.kill();
  await ended;
  return measured;
}

/** Processor time of all threads until now, in milliseconds (Linux, Documentation/scheduler/sched-stats.rst). */
function processorTimeOf({ pid }: ChildProcess): number {
  const tasks = `/proc/${pid ?? ''}/task`;
  const nanoseconds = readdirSync(tasks).map((task) => parseInt(readFileSync(`${tasks}/${task}/schedstat`, 'utf8')));
  return nanoseconds.reduce((sum, time) => sum + time, 0) / 1e6;
}

const median = (values: readonly number[]): number => values.toSorted((a, b) => a - b)[values.length >> 1] ?? NaN;

it('a host answers first after hardly more work than it takes to start Node.js', async () => {
  const [empty, host]: [number[], number[]] = [[], []];
  for (let round = 0; round < ROUNDS; round += 1) {
    empty.push(await measure(EMPTY));
    host.push(await measure(HOST, INITIALIZE));
  }
  const share = median(host) / median(empty);
  process.stderr.write(`a host's first answer: ${share.toFixed(2)} of the processor time of an empty program\n`);
  expect(share).toBeLessThan(MOST);
});
