import { isDeepStrictEqual } from 'node:util';
import { parseTOML, type AST } from 'toml-eslint-parser';
import { readToml, TOML_FILE } from './portal-toml.js';
import { keyOf, type Setting } from './setting.js';

type Entry = string | number | readonly string[] | readonly Table[] | Table;
interface Table {
  readonly [member: string]: Entry;
}

/** A value that `portal.toml` gets. */
export type Addition =
  | { readonly setting: Setting; readonly value: string | number | readonly string[] }
  /** Entries of a list of tables. Each gets a table of its own at the end of the file. */
  | { readonly setting: Setting; readonly member: string; readonly entries: readonly Table[] };

/**
 * Adds settings to the text of a `portal.toml`, and keeps everything else, with all comments. A setting takes the place of its commented example. If there
 * is none, the setting follows the last one at the top level.
 *
 * @returns the new text
 * @throws Error if the new text would not be read as the old settings and the added ones, for example because a setting is there already; the error quotes
 *   no value
 */
export function addToToml(source: string, additions: readonly Addition[]): string {
  const added = additions.reduce(addOne, source);
  requireSame(source, additions, added);
  return added;
}

/** Returns the lines that an addition becomes. */
export function linesOf(addition: Addition): readonly string[] {
  const key = keyOf(addition.setting.variable);
  if ('value' in addition) return [`${key} = ${toToml(addition.value)}`];
  return addition.entries.flatMap((entry, index) => [
    ...(index === 0 ? [] : ['']),
    `[[${key}.${addition.member}]]`,
    ...Object.entries(entry).map(([name, value]) => `${name} = ${toToml(value)}`),
  ]);
}

/** Returns the text that an addition would be in the environment. */
export function writtenAs(addition: Addition): string {
  if ('entries' in addition) return JSON.stringify({ [addition.member]: addition.entries });
  const { value } = addition;
  return typeof value === 'object' ? value.join(',') : String(value);
}

function toToml(value: Entry): string {
  // The strings of JSON are basic strings of TOML (1.0, "String"), except for characters that TOML refuses: `addToToml` finds those.
  if (typeof value === 'string') return JSON.stringify(value);
  if (typeof value === 'number') return String(value);
  if (Array.isArray(value)) return `[${value.map((one: Entry) => toToml(one)).join(', ')}]`;
  const members = Object.entries(value).map(([name, one]) => `${name} = ${toToml(one)}`);
  return `{ ${members.join(', ')} }`;
}

function addOne(source: string, addition: Addition): string {
  const lines = source.split('\n');
  const added = linesOf(addition);
  if ('entries' in addition) return [...withoutBlankEnd(lines), '', ...added, ''].join('\n');
  const program = parseTOML(source, { tomlVersion: '1.0' });
  const example = lineOfExample(program, keyOf(addition.setting.variable));
  if (example !== undefined) return [...lines.slice(0, example - 1), ...added, ...lines.slice(example)].join('\n');
  const before = placeAtTop(program, lines);
  if (before === undefined) return [...withoutBlankEnd(lines), ...added, ''].join('\n');
  return [...lines.slice(0, before), ...added, ...lines.slice(before)].join('\n');
}

function withoutBlankEnd(lines: readonly string[]): readonly string[] {
  return lines.slice(0, lines.findLastIndex((line) => line.trim() !== '') + 1);
}

/** Returns the number of the line with the commented example of a setting at the top level, as in `#origin = "https://portal.example.com"`. */
function lineOfExample({ comments, body: [top] }: AST.TOMLProgram, key: string): number | undefined {
  const end = top.body.find(({ type }) => type === 'TOMLTable')?.loc.start.line ?? Infinity;
  const example = comments.find(
    ({ value, loc: { start } }) => start.column === 0 && start.line < end && value.startsWith(`${key} = `),
  );
  return example?.loc.start.line;
}

/**
 * Returns the number of lines after which a setting at the top level can stand: after the last other one, or else before the first table and its
 * comment. Returns undefined for the end of the file.
 */
function placeAtTop({ body: [top] }: AST.TOMLProgram, lines: readonly string[]): number | undefined {
  const table = top.body.find(({ type }) => type === 'TOMLTable');
  if (!table) return undefined;
  const last = top.body.findLast(({ type }) => type === 'TOMLKeyValue');
  if (last) return last.loc.end.line;
  const above = lines.slice(0, table.loc.start.line - 1);
  return above.findLastIndex((line) => !line.startsWith('#')) + 1;
}

/** @throws Error if a text does not have the settings of another one and the added ones */
function requireSame(source: string, additions: readonly Addition[], text: string): void {
  const expected = new Map(Object.entries(readToml(source).values).map(([name, written]) => [name, meant(written)]));
  const names = additions.map(({ setting }) => setting.variable);
  const isNew = new Set(names).size === names.length && names.every((name) => !expected.has(name));
  for (const addition of additions) expected.set(addition.setting.variable, meant(writtenAs(addition)));
  const { values, problems } = readToml(text);
  const found = new Map(Object.entries(values).map(([name, written]) => [name, meant(written)]));
  if (isNew && problems.length === 0 && isDeepStrictEqual(sortedOf(found), sortedOf(expected))) return;
  throw new Error(`${TOML_FILE} cannot be extended by these settings. Nothing was changed`);
}

/** Returns tables that were written as JSON, for the order of members says nothing; any other text as it is. */
function meant(written: string): unknown {
  try {
    return JSON.parse(written);
  } catch {
    return written;
  }
}

const sortedOf = (values: ReadonlyMap<string, unknown>): readonly (readonly [string, unknown])[] =>
  [...values].sort(([a], [b]) => a.localeCompare(b));
