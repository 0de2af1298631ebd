import { mkdtempSync, readdirSync, rmSync, symlinkSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { KEEPER } from '../../../stage/src/shared/keeper-address.js';
import { madeOnce, madeOnceSync, withFolderMadeOnce } from '../../support/made-once.js';

/** Linux gives no process a number above 2²² (proc(5)). */
const ABOVE_ALL_PIDS = 2 ** 22 + 1;

let folder: string;
const { [KEEPER]: ours } = process.env;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'cardwright-made-once-'));
  process.env[KEEPER] = path.join(folder, 'keeper');
});
afterEach(() => {
  if (ours === undefined) Reflect.deleteProperty(process.env, KEEPER);
  else process.env[KEEPER] = ours;
  rmSync(folder, { recursive: true });
});

describe('what a run makes once', () => {
  it('is what the first has made, for everyone who asks later', async () => {
    expect(madeOnceSync('a name', () => Buffer.from('first')).toString()).toBe('first');
    const later = await madeOnce('a name', () => Promise.reject(new Error('It is made again.')));
    expect(later.toString()).toBe('first');
    expect(madeOnceSync('another name', () => Buffer.from('second')).toString()).toBe('second');
  });

  it('is made by one of two who ask at once; the other waits', async () => {
    let makers = 0;
    const make = async () => {
      makers += 1;
      await sleep(20);
      return Buffer.from(`by maker ${makers}`);
    };
    const both = await Promise.all([madeOnce('a name', make), madeOnce('a name', make)]);
    expect(both.map(String)).toEqual(['by maker 1', 'by maker 1']);
  });

  it('is the same for two who make it at once without waiting', () => {
    const slower = madeOnceSync('a name', () => {
      madeOnceSync('a name', () => Buffer.from('faster'));
      return Buffer.from('slower');
    });
    expect(slower.toString()).toBe('faster');
  });

  it('is made by whoever waits if the maker fails, or has been ended', async () => {
    const failing = madeOnce('a name', () => sleep(20).then(() => Promise.reject(new Error('no space'))));
    const waiting = madeOnce('a name', () => Promise.resolve(Buffer.from('second')));
    await expect(failing).rejects.toThrow('no space');
    expect(String(await waiting)).toBe('second');
    symlinkSync(String(ABOVE_ALL_PIDS), path.join(folder, 'made-once', 'another name.maker'));
    expect(String(await madeOnce('another name', () => Promise.resolve(Buffer.from('third'))))).toBe('third');
  });

  it('fails where no claim can be made, instead of waiting for ever', async () => {
    const inMissingFolder = path.join('missing', 'a name');
    await expect(madeOnce(inMissingFolder, () => Promise.resolve(Buffer.from('made')))).rejects.toThrow('ENOENT');
  });

  it('is a folder, which appears with all its files', async () => {
    const write = (output: string) => writeFile(path.join(output, 'file'), 'text');
    const first = await withFolderMadeOnce('a name', write, (kept) => kept);
    expect(readdirSync(first)).toEqual(['file']);
    expect(
      await withFolderMadeOnce(
        'a name',
        () => Promise.reject(new Error('again')),
        (kept) => kept,
      ),
    ).toBe(first);
  });

  it('is made each time where no keeper runs', () => {
    Reflect.deleteProperty(process.env, KEEPER);
    expect(madeOnceSync('a name', () => Buffer.from('one')).toString()).toBe('one');
    expect(madeOnceSync('a name', () => Buffer.from('two')).toString()).toBe('two');
  });
});
