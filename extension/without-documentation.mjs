import { readFile } from 'node:fs/promises';
import ts from 'typescript';

/**
 * By what makes it, what of an entry only documents and forms print: of commands the protocol's reference, of settings the schema that
 * browsers and policy templates read.
 */
const PRINTED = {
  defineCommand: ['summary', 'errors'],
  defineRequest: ['summary', 'errors'],
  defineSetting: ['schema'],
};

/** The inspector shows what a command does and which errors it can give. */
const SHOWN_BY_PAGES = ['summary', 'errors'];

/** Where such entries stand: the protocol as built, and the settings. */
const FILES = /[\\/](protocol[\\/]dist[\\/].*\.js|extension[\\/]src[\\/]policy[\\/].*\.ts)$/;

/**
 * A plugin for esbuild that leaves out what its bundle does not read: what `described` says of a schema, and the members above.
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
 * `described(schema, meaning)` becomes `(schema)`.
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
