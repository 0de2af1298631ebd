import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { KEEPER } from '../../../stage/src/shared/keeper-address.js';
import { madeOnce, madeOnceSync } from '../../support/made-once.js';

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

  it('is the same for two who make it at once', async () => {
    const slower = madeOnce('a name', async () => {
      await madeOnce('a name', () => Promise.resolve(Buffer.from('faster')));
      return Buffer.from('slower');
    });
    expect((await slower).toString()).toBe('faster');
  });

  it('is made each time where no keeper runs', () => {
    Reflect.deleteProperty(process.env, KEEPER);
    expect(madeOnceSync('a name', () => Buffer.from('one')).toString()).toBe('one');
    expect(madeOnceSync('a name', () => Buffer.from('two')).toString()).toBe('two');
  });
});
