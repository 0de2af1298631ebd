import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { FAULTS } from './support/faults.js';

const DOCUMENT = new URL('../../docs/reliability.md', import.meta.url);
const LOST = 5;

/** Cells of the rows of the tables of results. */
const rows = readFileSync(DOCUMENT, 'utf8')
  .split('\n')
  .map((line) => line.split('|').map((cell) => cell.trim()))
  .map((cells) => cells.slice(1, -1))
  .filter((cells) => /^\d+$/.test(cells[1] ?? ''));

describe('docs/reliability.md', () => {
  it.each(Object.values(FAULTS).map(({ title }) => title))('has a row with cases of "%s"', (title) => {
    const found = rows.filter(([first]) => first === title);
    expect(found.length).toBeGreaterThan(0);
    for (const [, cases] of found) expect(Number(cases)).toBeGreaterThan(0);
  });

  it('has nothing in the column of what was lost', () => {
    expect(rows.map((cells) => cells[LOST])).toEqual(rows.map(() => '0'));
  });
});
