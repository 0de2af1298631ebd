import { expect, it } from '@jest/globals';
import { MOST_CHARACTERS, MOST_LINES, shortenFailures } from '../../short-failures.mjs';

const linesOf = (title: string, count: number): string =>
  [`  ● ${title}`, ...Array.from({ length: count }, (_, index) => `    ${title} ${index}`)].join('\n');

it('leaves a short failure as it is', () => {
  const failure = linesOf('a', 20);
  expect(shortenFailures(failure)).toBe(failure);
});

it('prints of each failure its beginning and its end, and how much lies between', () => {
  const printed = shortenFailures(`${linesOf('sources', 186_000)}\n${linesOf('b', 3)}`).split('\n');
  expect(printed.filter((line) => line.includes('sources')).length).toBeLessThan(MOST_LINES);
  expect(printed).toEqual(
    expect.arrayContaining([
      '  ● sources',
      '    sources 185999',
      '    … 185964 lines are left out …',
      '  ● b',
      '    b 2',
    ]),
  );
});

it('cuts a line that holds a whole text', () => {
  const [, line = ''] = shortenFailures(`  ● a\n${'x'.repeat(MOST_CHARACTERS + 7)}`).split('\n');
  expect(line).toBe(`${'x'.repeat(MOST_CHARACTERS)} … 7 characters are left out`);
});
