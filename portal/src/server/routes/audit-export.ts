import type { ShownEntry } from '../store/audit-list.js';

type Entries = AsyncIterable<readonly ShownEntry[]>;

/** A format of the exported audit log. */
interface Format {
  readonly mediaType: string;
  /** Yields the file in pieces. */
  readonly lines: (entries: Entries) => AsyncGenerator<string>;
}

/** The columns of the file, in their order. */
const COLUMNS = {
  id: ({ id }) => String(id),
  time: ({ at }) => at.toISOString(),
  actor: ({ actor }) => actor,
  person: ({ person }) => person,
  event: ({ event }) => event,
  outcome: ({ outcome }) => outcome,
  address: ({ address }) => address,
  way: ({ way }) => way,
  session: ({ sessionId }) => sessionId,
  device: ({ deviceId }) => deviceId,
  operation: ({ operationId }) => operationId,
  request: ({ requestId }) => requestId,
  detail: ({ detail }) => (Object.keys(detail).length === 0 ? null : JSON.stringify(detail)),
} as const satisfies Readonly<Record<string, (entry: ShownEntry) => string | null>>;

/**
 * Formats of the exported audit log. `csv` is for spreadsheets: RFC 4180 in UTF-8, with a mark of the byte order, by which Excel recognises UTF-8.
 * `jsonl` is for programs: one JSON object in each line.
 */
export const FORMATS: Readonly<Record<'csv' | 'jsonl', Format>> = {
  csv: {
    mediaType: 'text/csv; charset=utf-8',
    lines: async function* (pages) {
      yield `\ufeff${row(Object.keys(COLUMNS))}`;
      for await (const entries of pages)
        yield entries.map((entry) => row(Object.values(COLUMNS).map((valueOf) => valueOf(entry) ?? ''))).join('');
    },
  },
  jsonl: {
    mediaType: 'application/jsonl; charset=utf-8',
    lines: async function* (pages) {
      for await (const entries of pages) yield entries.map((entry) => `${JSON.stringify(entry)}\n`).join('');
    },
  },
};

const row = (cells: readonly string[]): string => `${cells.map(cellOf).join(',')}\r\n`;

/**
 * Returns a cell of a CSV file, in quotation marks. A text that a spreadsheet would take for a formula, because of its beginning, gets an apostrophe in
 * front, as OWASP advises against CSV injection: people choose some of these texts, such as their names.
 *
 * @example
 * cellOf('=1+1'); // `"'=1+1"`
 */
export const cellOf = (text: string): string => {
  const harmless = /^\s*[=+\-@＝＋－＠]|^[\t\r\n]/u.test(text) ? `'${text}` : text;
  return `"${harmless.replaceAll('"', '""')}"`;
};
