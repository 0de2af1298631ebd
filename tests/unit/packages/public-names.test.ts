import { readFileSync } from 'node:fs';
import { inRepository } from '@cardwright/stage';
import { describe, expect, it } from '@jest/globals';
import type ts from 'typescript';
import { PUBLISHED } from '../../../scripts/api/entries.mjs';
import { readPublicNames } from '../../../scripts/api/public-names.mjs';

/** More than that is no longer seen at once: such an entry is split by area. */
const MOST_NAMES = 60;

const { entries } = readPublicNames();

describe.each(PUBLISHED)('the entries of %s', (folder) => {
  const own = entries.filter((entry) => entry.folder === folder);

  it('have few enough names to be seen at once', () => {
    const sizes = own.map(({ specifier, names }) => ({ specifier, names: names.length }));
    expect(sizes.length).toBeGreaterThan(0);
    expect(sizes.filter(({ names }) => names === 0 || names > MOST_NAMES)).toEqual([]);
  });

  it('give a name twice only where it is the same', () => {
    const known = new Map<string, ts.Symbol>();
    const different = own.flatMap(({ names }) =>
      names.flatMap(({ name, symbol }) => {
        if (known.has(name) && known.get(name) !== symbol) return [name];
        known.set(name, symbol);
        return [];
      }),
    );
    expect(different).toEqual([]);
  });

  it('stand in its README, each with a line', () => {
    const rows = readFileSync(inRepository(folder, 'README.md'), 'utf8').split('\n');
    const missing = own.filter(({ specifier }) => !rows.some((row) => row.startsWith(`| \`${specifier}\` `)));
    expect(missing.map(({ specifier }) => specifier)).toEqual([]);
  });
});
