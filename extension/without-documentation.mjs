import { readFile } from 'node:fs/promises';
import ts from 'typescript';

/**
 * Members of an entry that only documents and forms print, by the function that makes the entry: for commands the protocol's
 * reference, for settings the schema that browsers and policy templates read.
 */
const PRINTED = {
  defineCommand: ['summary', 'errors'],
  defineRequest: ['summary', 'errors'],
  defineSetting: ['schema'],
};

/** The inspector shows the summary of a command and its possible errors. */
const SHOWN_BY_PAGES = ['summary', 'errors'];

/** Files with such entries: the protocol as built, and the settings. */
const FILES = /[\\/](protocol[\\/]dist[\\/].*\.js|extension[\\/]src[\\/]policy[\\/].*\.ts)$/;

/**
 * A plugin for esbuild that leaves out documentation that its bundle does not read: the descriptions of `described`, and the members
 * above.
 *
 * @param {'background' | 'pages'} bundle
 * @returns {import('esbuild').Plugin}
 */
export const withoutDocumentation = (bundle) => ({
  name: 'without-documentation',
  setup({ onLoad }) {
    onLoad({ filter: FILES }, async ({ path }) => ({
      contents: leaveOut(await readFile(path, 'utf8'), bundle === 'pages' ? SHOWN_BY_PAGES : []),
      loader: path.endsWith('.ts') ? 'ts' : 'js',
    }));
  },
});

/**
 * @param {string} source
 * @param {readonly string[]} shown members that stay
 */
function leaveOut(source, shown) {
  const file = ts.createSourceFile('source.ts', source, ts.ScriptTarget.Latest, true);
  /** @type {[from: number, to: number][]} characters */
  const cuts = [];
  /** @param {ts.Node} node */
  const visit = (node) => {
    if (ts.isCallExpression(node)) cuts.push(...cutsOf(node, shown));
    ts.forEachChild(node, visit);
  };
  visit(file);
  const ordered = cuts.sort(([a], [b]) => a - b);
  const starts = [0, ...ordered.map(([, end]) => end)];
  return starts.map((start, index) => source.slice(start, ordered[index]?.[0])).join('');
}

/**
 * Cuts `described(schema, meaning)` down to `(schema)`.
 *
 * @param {ts.CallExpression} call
 * @param {readonly string[]} shown
 * @returns {[from: number, to: number][]}
 */
function cutsOf(call, shown) {
  const maker = call.expression.getText();
  const [first] = call.arguments;
  if (maker === 'described') {
    return [
      [call.expression.getStart(), call.expression.end],
      [first.end, call.end - 1],
    ];
  }
  if (!Object.hasOwn(PRINTED, maker) || !ts.isObjectLiteralExpression(first)) return [];
  return first.properties
    .filter(({ name }) => PRINTED[maker].includes(name?.getText()) && !shown.includes(name?.getText()))
    .map((property) => [property.getStart(), endWithComma(property)]);
}

/** @param {ts.Node} property */
function endWithComma(property) {
  return property.getSourceFile().text[property.end] === ',' ? property.end + 1 : property.end;
}
