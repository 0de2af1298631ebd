import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { openStage, type Stage } from '@cardwright/stage';

let stage: Stage;

beforeEach(async () => {
  stage = await openStage({ readers: 2, portal: false, browser: false });
});

afterEach(() => stage.close());

describe('the stage', () => {
  it('puts cards into the readers, one after the other', async () => {
    const first = await stage.insert({ profile: 'yubikey' });
    const second = await stage.insert({ profile: 'piv' });
    expect([first.reader.name, second.reader.name]).toEqual(['Cardwright A 00 00', 'Cardwright A 00 01']);
    expect(await atrIn(first.reader.name)).not.toBe(await atrIn(second.reader.name));
    await expect(stage.insert({ profile: 'piv' })).rejects.toThrow('no such reader without a card');
  });

  it('lets a pulled card come back, in whichever reader, as the card that it was', async () => {
    const card = await stage.insert({ profile: 'yubikey', serial: 4711 });
    expect(await serialIn(card.reader.name)).toBe('4711');
    await card.pull();
    const again = await stage.insert({ profile: 'yubikey', stateFile: card.stateFile, reader: 1 });
    expect(await serialIn(again.reader.name)).toBe('4711');
  });
});

async function atrIn(reader: string): Promise<string> {
  const { stdout } = await ask('opensc-tool', ['--reader', reader, '--atr']);
  return stdout.trim();
}

async function serialIn(reader: string): Promise<string | undefined> {
  const { stdout } = await ask('yubico-piv-tool', ['--reader', reader, '--action', 'status']);
  return /Serial Number:\s*(\d+)/.exec(stdout)?.[1];
}

function ask(tool: string, args: readonly string[]): Promise<{ stdout: string }> {
  return promisify(execFile)(tool, args, { env: stage.env });
}
