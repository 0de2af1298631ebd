import fc from 'fast-check';
import { cellOf } from '../../../portal/src/server/routes/audit-export.js';
import { fuzzTarget } from '../target.js';

/** First characters by which spreadsheets take a cell for a formula. */
const FORMULA = /^\s*[=+\-@\uff1d\uff0b\uff0d\uff20]|^[\t\r]/u;

/** Cells of an exported audit log, with texts that people have chosen. */
export const csv = fuzzTarget('csv', 150_000, () => ({
  input: fc.array(
    fc.oneof(
      fc.string({ unit: 'binary' }),
      fc
        .tuple(
          fc.constantFrom('=', '+', '-', '@', '\t', '\r', '"', ',', ' =', '\n=', '＝', '\ufeff='),
          fc.string({ unit: 'binary' }),
        )
        .map(([first, rest]) => first + rest),
    ),
    { minLength: 1, maxLength: 6 },
  ),
  judge: (texts) => {
    const read = cellsIn(texts.map(cellOf).join(','));
    if (read.length !== texts.length) throw new Error(`${texts.length} cells became ${read.length}`);
    for (const [index, cell] of read.entries()) {
      if (FORMULA.test(cell)) throw new Error(`a spreadsheet computes ${JSON.stringify(cell)}`);
      if (cell !== texts[index] && cell !== `'${texts[index] ?? ''}`)
        throw new Error(`${JSON.stringify(cell)} is another text`);
    }
  },
}));

/** Reads one line of RFC 4180, whose cells are all in quotation marks. */
function cellsIn(line: string): string[] {
  const cells: string[] = [];
  for (let at = 0; at < line.length; at += 1) {
    if (line[at] !== '"') throw new Error('a cell without quotation marks');
    let cell = '';
    for (at += 1; line[at] !== '"' || line[at + 1] === '"'; at += 1) {
      if (at >= line.length) throw new Error('a cell without an end');
      if (line[at] === '"') at += 1;
      cell += line[at] ?? '';
    }
    cells.push(cell);
    at += 1;
    if (at < line.length && line[at] !== ',') throw new Error('something after a cell');
  }
  return cells;
}
