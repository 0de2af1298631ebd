import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { once } from 'node:events';
import { createInterface, type Interface } from 'node:readline';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { thoroughIt } from '../../support/thorough.js';
import { freePort, inRepository, onProcessEnd } from '@cardwright/stage';

const PROGRAM = inRepository('simulator', 'bin', 'cardwright-simulator.mjs');
const PIN = '739154';

describe('the simulator, driven by another process', () => {
  let simulator: ChildProcessWithoutNullStreams;
  let answers: AsyncIterator<string, undefined>;
  let told: string;
  let forget: () => void;

  beforeEach(async () => {
    // Nothing answers there: a portal that is not up yet does not keep the simulator from starting.
    const portal = `http://localhost:${await freePort()}`;
    simulator = spawn(process.execPath, [PROGRAM, '--headless', '--stdio', '--portal', portal]);
    forget = onProcessEnd(() => simulator.kill());
    told = '';
    simulator.stderr.setEncoding('utf8').on('data', (text: string) => (told += text));
    const lines: Interface = createInterface({ input: simulator.stdout });
    answers = lines[Symbol.asyncIterator]();
  });
  afterEach(() => {
    simulator.kill();
    forget();
  });

  async function ask(line: string): Promise<unknown> {
    simulator.stdin.write(`${line}\n`);
    const { value } = await answers.next();
    return JSON.parse(String(value));
  }

  it('answers each line, continues after what it cannot read, and ends when its program has ended', async () => {
    await expect(ask('{"jsonrpc":"2.0","id":1,"method":"state"}')).resolves.toMatchObject({
      id: 1,
      result: { card: null },
    });
    await expect(ask(`{"method":"enter","params":{"newPin":"${PIN}"`)).resolves.toMatchObject({
      error: { code: -32_700 },
    });
    await expect(ask('x'.repeat(100_000))).resolves.toMatchObject({ error: { code: -32_600 } });
    const insert = { jsonrpc: '2.0', id: 2, method: 'insert', params: { card: 'piv', name: 'ada' } };
    await expect(ask(JSON.stringify(insert))).resolves.toMatchObject({ id: 2, result: { card: { name: 'ada' } } });
    const card = await ask('{"jsonrpc":"2.0","id":3,"method":"card"}');
    expect(card).toMatchObject({ result: { facts: { profile: 'piv', pin: { triesLeft: 3 } } } });
    simulator.stdin.end();
    await expect(once(simulator, 'exit')).resolves.toEqual([0, null]);
    expect(told).not.toContain(PIN);
  });

  thoroughIt('ends when it is told to', async () => {
    await expect(ask('{"jsonrpc":"2.0","id":1,"method":"quit"}')).resolves.toMatchObject({ id: 1 });
    await expect(once(simulator, 'exit')).resolves.toEqual([0, null]);
  });
});
