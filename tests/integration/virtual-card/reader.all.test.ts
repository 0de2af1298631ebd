import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { parseFault } from '@cardwright/virtual-card';
import { Stage } from './stage.js';

const MAIN = path.resolve('virtual-card/dist/main.js');

let stage: Stage;

beforeEach(async () => {
  stage = await Stage.open();
});

afterEach(async () => {
  await stage.close();
});

describe('a virtual card in a reader of pcscd', () => {
  it('answers the ATR of its profile', async () => {
    await stage.insert('yubikey', 'atr');
    const atr = await stage.run('opensc-tool', ['--reader', stage.reader.name, '--atr']);
    expect(atr.text).toContain('3b:8d:80:01:80:73:c0:21:c0:57:59:75:62:69:4b:65:79:f9');
  });

  it('disappears for PC/SC clients when a fault pulls it', async () => {
    const card = await stage.insert('piv', 'pulled', { faults: [parseFault('pull@2')] });
    const removed = once(card, 'removed');
    const failed = await stage.run('opensc-tool', ['--reader', stage.reader.name, ...apdus(3)]);
    await removed;
    expect(failed.ok).toBe(false);
    expect(card.apduCount).toBe(2);
  });

  it('is reported when a second card is put into its reader', async () => {
    await stage.insert('piv', 'first');
    await expect(stage.insert('piv', 'second')).rejects.toThrow('Is there one in it already?');
  });
});

describe('the program virtual-card', () => {
  it.each(['SIGINT', 'SIGTERM'] as const)('inserts a card until %s, and ends cleanly', async (signal) => {
    const program = start('--profile', 'yubikey', '--state', stage.file('cli.card'), '--serial', '2718281');
    expect(await lineOf(program.stdout)).toBe(`inserted: yubikey 2718281 on port ${stage.reader.port}`);
    expect((await stage.yubicoPivTool('-a', 'status')).text).toMatch(/Serial Number:\s+2718281/);
    program.kill(signal);
    expect(await once(program, 'close')).toEqual([0, null]);
  });

  it('inserts a card that was locked, and lies on a contactless reader', async () => {
    const program = start('--profile', 'piv', '--state', stage.file('cli.card'), '--locked', '--contactless');
    await lineOf(program.stdout);
    const atr = await stage.run('opensc-tool', ['--reader', stage.reader.name, '--atr']);
    expect(atr.text).toContain('3b:87:80:01:80:31:c0:73:c8:21:c0:2d');
    expect(readFileSync(stage.file('cli.card'), 'utf8')).toMatch(/"pin": \{[^}]*"triesLeft": 0/);
    program.kill('SIGTERM');
    expect(await once(program, 'close')).toEqual([0, null]);
  });

  it('ends when its fault pulled the card', async () => {
    const program = start('--profile', 'piv', '--state', stage.file('cli.card'), '--fault', 'pull@1');
    const ended = once(program, 'close');
    await lineOf(program.stdout);
    await stage.run('opensc-tool', ['--reader', stage.reader.name, ...apdus(1)]);
    expect(await ended).toEqual([0, null]);
  });

  it('prints its usage when it is used wrongly', async () => {
    const program = start('--profile', 'mastercard');
    const ended = once(program, 'close');
    expect(await lineOf(program.stderr)).toContain('virtual card');
    expect(await ended).toEqual([2, null]);
  });
});

function start(...args: string[]): ChildProcessByStdio<null, Readable, Readable> {
  const all = [MAIN, '--port', String(stage.reader.port), ...args];
  return spawn(process.execPath, all, { stdio: ['ignore', 'pipe', 'pipe'] });
}

async function lineOf(output: Readable): Promise<unknown> {
  const line: unknown[] = await once(createInterface({ input: output }), 'line');
  return line[0];
}

/** opensc-tool without a card driver sends APDUs as they are. */
function apdus(count: number): string[] {
  return ['--card-driver', 'default', ...Array.from({ length: count }, () => ['--send-apdu', '00200080']).flat()];
}
