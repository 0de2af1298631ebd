import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { moveUnlessThere } from '../../../installers/src/parts/npm-archive.js';

describe('an unpacked archive', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'cardwright-archive-'));
    for (const name of ['first', 'second']) {
      mkdirSync(path.join(folder, name));
      writeFileSync(path.join(folder, name, 'package'), name);
    }
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  it('is kept if two processes have unpacked it at once', () => {
    const place = path.join(folder, 'place');
    moveUnlessThere(path.join(folder, 'first'), place);
    moveUnlessThere(path.join(folder, 'second'), place);
    expect(readdirSync(folder).sort()).toEqual(['place', 'second']);
    expect(readdirSync(place)).toEqual(['package']);
  });

  it('is missed if it cannot be moved', () => {
    expect(() => moveUnlessThere(path.join(folder, 'first'), path.join(folder, 'missing', 'place'))).toThrow('ENOENT');
  });
});
