import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface, type Interface } from 'node:readline';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

/** Takes the lock of the folder argv[1], prints that, and releases it when its input ends. */
const SETUP = `
  import { withLock } from ${JSON.stringify(path.resolve('scripts/lock.mjs'))};
  await withLock(process.argv[1], async () => {
    console.log('in');
    for await (const _ of process.stdin);
    console.log('out');
  }, { onWait: () => console.log('waits') });
`;

let folder: string;
const setups: ChildProcess[] = [];

beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'cardwright-lock-'));
});

afterEach(() => {
  for (const setup of setups.splice(0)) setup.kill('SIGKILL');
  rmSync(folder, { recursive: true });
});

describe('the lock of a set-up', () => {
  it('makes the second set-up wait until the first has finished', async () => {
    const first = startSetup();
    expect(await first.says()).toBe('in');
    const second = startSetup();
    expect(await second.says()).toBe('waits');
    first.finish();
    expect(await first.says()).toBe('out');
    expect(await second.says()).toBe('in');
    second.finish();
    expect(await second.says()).toBe('out');
  });

  it('goes to the waiting process when its holder is killed', async () => {
    const first = startSetup();
    expect(await first.says()).toBe('in');
    const second = startSetup();
    expect(await second.says()).toBe('waits');
    await first.kill();
    expect(await second.says()).toBe('in');
  });

  it('lets set-ups of different folders run side by side', async () => {
    const first = startSetup();
    expect(await first.says()).toBe('in');
    const elsewhere = startSetup(path.dirname(import.meta.dirname));
    expect(await elsewhere.says()).toBe('in');
  });
});

function startSetup(lockedFolder = folder): { says(): Promise<string>; finish(): void; kill(): Promise<void> } {
  const setup = spawn(process.execPath, ['--input-type=module', '--eval', SETUP, lockedFolder], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  setups.push(setup);
  const lines = linesOf(createInterface({ input: setup.stdout }));
  return {
    says: async () => String((await lines.next()).value),
    finish: () => setup.stdin.end(),
    kill: async () => {
      setup.kill('SIGKILL');
      await once(setup, 'close');
    },
  };
}

function linesOf(input: Interface): AsyncIterator<string> {
  return input[Symbol.asyncIterator]();
}
