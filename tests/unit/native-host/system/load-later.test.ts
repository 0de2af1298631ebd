import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from '@jest/globals';
import { CardwrightError } from '@cardwright/protocol';
import { loadLater, orDamaged } from '../../../../native-host/src/system/load-later.js';

const SOURCES = fileURLToPath(new URL('../../../../native-host/src/', import.meta.url));
/** The first files of a host. They report a damaged file themselves, and weigh less without the catalogue of errors. */
const AT_THE_START = ['main.ts', 'serve-browser.ts'];

describe('a module that the host loads later', () => {
  it('is given as it is', async () => {
    const module = { answer: 42 };
    await expect(loadLater(() => Promise.resolve(module))).resolves.toBe(module);
  });

  it.each<[string, () => Promise<object>]>([
    ['cannot be found', () => Promise.reject(Object.assign(new Error('no file'), { code: 'ERR_MODULE_NOT_FOUND' }))],
    ['is no JavaScript', () => Promise.reject(new SyntaxError('Unexpected end of input'))],
    ['exports nothing', () => Promise.resolve({})],
  ])('is a damaged host where it %s', async (_, load) => {
    await expect(loadLater(load)).rejects.toMatchObject({ code: 'HOST_DAMAGED', cause: expect.any(Error) as unknown });
  });
});

describe('a part of the host', () => {
  it('keeps the reason that it names itself', async () => {
    const error = new CardwrightError('HOST_DAMAGED');
    await expect(orDamaged(() => Promise.reject(error))).rejects.toBe(error);
  });
});

describe('the host', () => {
  it('loads none of its files in another way', () => {
    const all = readdirSync(SOURCES, { recursive: true, encoding: 'utf8' }).filter(
      (file) => file.endsWith('.ts') && !AT_THE_START.includes(file),
    );
    const text = new Map(all.map((file) => [file, readFileSync(path.join(SOURCES, file), 'utf8')]));
    const imports = (pattern: RegExp) =>
      [...text].flatMap(([file, source]) => [...source.matchAll(pattern)].map(() => file));
    const OURS = /\bimport\((?!'node:)/g;
    const GUARDED = /\bloadLater\(\s*\(\) =>\s*import\(/g;
    expect(imports(OURS)).not.toEqual([]);
    expect(imports(OURS)).toEqual(imports(GUARDED));
  });
});
