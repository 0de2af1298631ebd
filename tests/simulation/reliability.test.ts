import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { promisify } from 'node:util';
import { describe, expect, it } from '@jest/globals';
import { FAULTS } from './support/faults.js';
import { faultsOf, OPERATION_NAMES, SWEPT_OPERATIONS } from './support/swept-operations.js';

const DOCUMENT = new URL('../../docs/reliability.md', import.meta.url);
const LOST = 5;

/** The cells of each row of the result tables, by operation. */
const sections = new Map(
  readFileSync(DOCUMENT, 'utf8')
    .split(/^## /m)
    .map((section) => [/^`(.*?)`/.exec(section)?.[1] ?? '', rowsOf(section)]),
);

function rowsOf(text: string): string[][] {
  return text
    .split('\n')
    .map((line) => line.split('|').map((cell) => cell.trim()))
    .map((cells) => cells.slice(1, -1))
    .filter((cells) => /^\d+$/.test(cells[1] ?? ''));
}

describe.each(OPERATION_NAMES)('docs/reliability.md on the operation %s', (operation) => {
  const rows = sections.get(operation) ?? [];
  const titles = faultsOf(operation).map((name) => FAULTS[name].title);
  const profiles = SWEPT_OPERATIONS[operation].profiles.map((profile) => `\`${profile}\``);

  it.each([...titles, ...profiles])('has a row with cases of "%s"', (title) => {
    const [row, ...others] = rows.filter(([first]) => first === title);
    expect(others).toEqual([]);
    expect(Number(row?.[1])).toBeGreaterThan(0);
  });

  it('has only empty cells in the column of lost devices', () => {
    expect(rows.map((cells) => cells[LOST])).toEqual(rows.map(() => '0'));
  });
});

it('is written by a command that starts and refuses incomplete results', async () => {
  const program = new URL('reliability.mjs', import.meta.url).pathname;
  const run = promisify(execFile)(process.execPath, [program, '--from', '/dev/null']);
  await expect(run).rejects.toMatchObject({ stderr: expect.stringContaining('no case of: pulled before it') });
});
