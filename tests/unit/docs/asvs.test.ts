import { existsSync, readFileSync } from 'node:fs';
import { inRepository } from '@cardwright/stage';
import { describe, expect, it } from '@jest/globals';
import { REQUIREMENTS } from './asvs-5.0.0.js';

const STATES = ['holds', 'does not apply', 'open'];
/** A test that is cited by its path below `tests/`, without its suffix, and perhaps by a part of its name. */
const CITED_TEST = /`((?:unit|engine|simulation|integration|e2e)\/[\w/-]+)`(?:, _([^_]+)_)?/g;
/** Files of which someone has read what a row says. */
const REVIEWED = /by review of (`[^`]+`(?:(?:, | and )`[^`]+`)*)/gi;

interface Row {
  readonly id: string;
  readonly level: string;
  readonly state: string;
  readonly how: string;
}

const text = readFileSync(inRepository('docs', 'asvs.md'), 'utf8');

const rows = [...text.matchAll(/^\| (V[\d.]+) +\| (\d) +\| ([a-z ]+?) +\| (.+?) +\|$/gm)].map(
  ([, id = '', level = '', state = '', how = '']): Row => ({ id, level, state, how }),
);

const citedIn = ({ how }: Row) => [...how.matchAll(CITED_TEST)].map(([, name = '', quote = '']) => ({ name, quote }));
const reviewedIn = ({ how }: Row): string[] =>
  [...how.matchAll(REVIEWED)].flatMap(([, names = '']) =>
    [...names.matchAll(/`([^`]+)`/g)].map(([, name = '']) => name),
  );

/** Finds a cited test, whichever run it belongs to. */
const testFile = (name: string): string | undefined =>
  ['.test.ts', '.all.test.ts'].map((end) => inRepository('tests', `${name}${end}`)).find(existsSync);

/** True if a test has all parts of a quoted name. `…` stands for anything. */
const isQuoted = ({ name, quote }: { readonly name: string; readonly quote: string }): boolean => {
  const source = readFileSync(testFile(name) ?? '', 'utf8').replaceAll('’', "'");
  return quote.split('…').every((part) => source.includes(part.trim()));
};

describe('docs/asvs.md', () => {
  it('has each requirement of levels 1 and 2 once, in order, with its level', () => {
    expect(Object.keys(REQUIREMENTS)).toHaveLength(253);
    expect(rows.map(({ id, level }) => [id, Number(level)])).toEqual(Object.entries(REQUIREMENTS));
  });

  it('has no row besides', () => {
    const lines = text.split('\n').filter((line) => line.startsWith('| V'));
    expect(lines).toHaveLength(rows.length);
  });

  it('puts each in one of four states', () => {
    expect(rows.filter(({ state }) => !STATES.includes(state))).toEqual([]);
  });

  it('says of each that holds which test shows it, or what was reviewed', () => {
    const unproved = rows.filter(
      (row) => row.state === 'holds' && citedIn(row).length === 0 && reviewedIn(row).length === 0,
    );
    expect(unproved).toEqual([]);
  });

  it('cites tests that exist, by names that they have', () => {
    const cited = rows.flatMap(citedIn);
    expect(cited.length).toBeGreaterThan(150);
    expect(cited.filter(({ name }) => testFile(name) === undefined)).toEqual([]);
    expect(cited.filter(({ quote }) => quote !== '').filter((one) => !isQuoted(one))).toEqual([]);
  });

  it('names reviewed files that exist', () => {
    const reviewed = rows.flatMap(reviewedIn);
    expect(reviewed.length).toBeGreaterThan(20);
    expect(reviewed.filter((name) => !existsSync(inRepository(name)))).toEqual([]);
  });
});
