import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { openStage, type InsertedCard, type Stage } from '@cardwright/stage';
import { thoroughIt } from '../../support/thorough.js';

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

describe('a stage with more than two readers', () => {
  thoroughIt('has another card in each of them, and misses only the one that is pulled', async () => {
    await stage.pcscd.restart({ readers: 6 });
    const serials = [101, 102, 103, 104, 105, 106];
    const cards: InsertedCard[] = [];
    for (const serial of serials) cards.push(await stage.insert({ profile: 'yubikey', serial }));
    const names = cards.map((card) => card.reader.name);
    expect(names).toEqual(['A', 'B', 'C'].flatMap((pair) => [`Cardwright ${pair} 00 00`, `Cardwright ${pair} 00 01`]));
    expect(await serialsIn(names)).toEqual(serials.map(String));

    await cards[3]?.pull();
    expect(await serialsIn(names)).toEqual(['101', '102', '103', undefined, '105', '106']);
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

/** Reads the serial numbers one after the other; undefined for a reader without a card. */
async function serialsIn(readers: readonly string[]): Promise<(string | undefined)[]> {
  const serials: (string | undefined)[] = [];
  for (const reader of readers) serials.push(await serialIn(reader).catch(() => undefined));
  return serials;
}

function ask(tool: string, args: readonly string[]): Promise<{ stdout: string }> {
  return promisify(execFile)(tool, args, { env: stage.env });
}
