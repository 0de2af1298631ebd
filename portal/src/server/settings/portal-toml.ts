import { getStaticTOMLValue, ParseError, parseTOML, type AST } from 'toml-eslint-parser';
import { nearestName } from './nearest-name.js';
import type { Place, Problem } from './problem.js';
import { keyOf, type Form } from './setting.js';
import { ROWS } from './table.js';

export const TOML_FILE = 'portal.toml';

/**
 * The content of `portal.toml`. `values` has the text of each setting as it would be written in the environment, and `places` the place of each
 * setting. The keys of both are the names of the variables.
 */
export interface WrittenSettings {
  readonly values: Readonly<Record<string, string>>;
  readonly places: ReadonlyMap<string, Place>;
  readonly problems: readonly Problem[];
}

const EXPECTED: Readonly<Record<Form, string>> = {
  text: 'text in quotes',
  number: 'a whole number without quotes',
  list: 'a list of texts, like ["127.0.0.1"]',
  tables: 'a table or a list of them, or the path of a JSON file in quotes',
};

/**
 * Reads `portal.toml` (TOML 1.0). Each setting has a key at the top level. The value of a setting with the form `tables` may be a
 * table, or a list of tables.
 */
export function readToml(source: string): WrittenSettings {
  const program = parse(source);
  if ('what' in program) return { values: {}, places: new Map(), problems: [program] };
  const { keys, lines } = linesOf(program);
  const written = new Map(Object.entries(getStaticTOMLValue(program)));
  const values: [string, string][] = [];
  const places = new Map<string, Place>();
  const problems: Problem[] = [];
  for (const [key, line] of keys) {
    const place = { file: TOML_FILE, line, name: key, members: membersOf(key, lines) };
    const row = ROWS.find(({ variable }) => keyOf(variable) === key);
    const value = row && asText(row.form, written.get(key));
    if (!row) problems.push({ place, what: unknownKey(key) });
    else if (value === undefined) problems.push({ place, what: `expected ${EXPECTED[row.form]}` });
    else {
      values.push([row.variable, value]);
      places.set(row.variable, place);
    }
  }
  return { values: Object.fromEntries(values), places, problems };
}

function parse(source: string): AST.TOMLProgram | Problem {
  try {
    return parseTOML(source, { tomlVersion: '1.0' });
  } catch (error) {
    if (!(error instanceof ParseError)) throw error;
    // The message of the parser names the syntax error, and quotes nothing of the file.
    return { place: { file: TOML_FILE, line: error.lineNumber, name: '' }, what: `this is not TOML: ${error.message}` };
  }
}

function unknownKey(key: string): string {
  const nearest = nearestName(
    keyOf(key),
    ROWS.map(({ variable }) => keyOf(variable)),
  );
  return nearest === undefined ? 'there is no such setting' : `there is no such setting; did you mean ${nearest}?`;
}

/** Returns a value as it would be written in the environment; undefined if the value does not have the form of its setting. */
function asText(form: Form, value: unknown): string | undefined {
  if (form === 'number') return Number.isInteger(value) ? String(value) : undefined;
  if (form === 'list') return Array.isArray(value) && value.every(isText) ? value.join(',') : undefined;
  if (isText(value)) return value;
  const isTable = form === 'tables' && typeof value === 'object' && value !== null && !(value instanceof Date);
  return isTable ? JSON.stringify(value) : undefined;
}

const isText = (value: unknown): value is string => typeof value === 'string';

/**
 * Finds the first line of each key at the top level, and of each member by its dotted path. In that path, an entry of a list has
 * its index, from 0.
 */
function linesOf({ body: [top] }: AST.TOMLProgram): Readonly<Record<'keys' | 'lines', ReadonlyMap<string, number>>> {
  const keys = new Map<string, number>();
  const lines = new Map<string, number>();
  const note = (path: readonly (string | number)[], line: number): void => {
    const [key = ''] = path;
    if (!keys.has(String(key))) keys.set(String(key), line);
    for (let length = 1; length <= path.length; length++) {
      const key = path.slice(0, length).join('.');
      if (!lines.has(key)) lines.set(key, line);
    }
  };
  const visit = (path: readonly (string | number)[], node: AST.TOMLContentNode): void => {
    note(path, node.loc.start.line);
    if (node.type === 'TOMLArray') node.elements.forEach((element, index) => visit([...path, index], element));
    if (node.type === 'TOMLInlineTable') for (const pair of node.body) visitPair(path, pair);
  };
  const visitPair = (path: readonly (string | number)[], { key, value }: AST.TOMLKeyValue): void =>
    visit([...path, ...getStaticTOMLValue(key)], value);
  for (const node of top.body) {
    if (node.type === 'TOMLKeyValue') visitPair([], node);
    else {
      note(node.resolvedKey, node.loc.start.line);
      for (const pair of node.body) visitPair(node.resolvedKey, pair);
    }
  }
  return { keys, lines };
}

const membersOf = (key: string, lines: ReadonlyMap<string, number>): ReadonlyMap<string, number> =>
  new Map(
    [...lines].flatMap(([path, line]): [string, number][] =>
      path.startsWith(`${key}.`) ? [[path.slice(key.length + 1), line]] : [],
    ),
  );
