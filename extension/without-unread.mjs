import { readFile } from 'node:fs/promises';
import ts from 'typescript';

/**
 * Members of an entry that a bundle does not read, by the function that makes the entry. Documents, screens or other parts read those of
 * commands and errors; browsers and policy templates read the schema of a setting.
 */
export const UNREAD = {
  background: {
    defineCommand: ['summary', 'errors', 'timeout', 'concurrent'],
    defineRequest: ['summary', 'errors', 'timeout'],
    defineErrors: ['layer', 'retriable', 'recovery', 'install', 'resumable', 'variants'],
    defineSetting: ['schema'],
  },
  // The inspector shows most of a command and of an error.
  pages: {
    defineCommand: ['concurrent'],
    defineRequest: [],
    defineErrors: ['retriable', 'resumable'],
    defineSetting: ['schema'],
  },
};

/**
 * Errors that never pass through the background, because a CMS answers its page itself. The extension gives two codes of that layer, too.
 * To the background any other is unknown, like the code of a later version.
 */
export const UNHEARD = { layer: 'cms', except: ['CMS_UNREACHABLE', 'RATE_LIMITED'] };

/** Files with such entries: the protocol as built, and the settings. */
const FILES = /[\\/](protocol[\\/]dist[\\/].*\.js|extension[\\/]src[\\/]policy[\\/].*\.ts)$/;

/**
 * A plugin for esbuild that leaves out everything that its bundle does not read: the descriptions of `described`, and the members and
 * errors above.
 *
 * @param {'background' | 'pages'} bundle
 * @returns {import('esbuild').Plugin}
 */
export const withoutUnread = (bundle) => ({
  name: 'without-unread',
  setup({ onLoad }) {
    onLoad({ filter: FILES }, async ({ path }) => ({
      contents: leaveOut(await readFile(path, 'utf8'), bundle),
      loader: path.endsWith('.ts') ? 'ts' : 'js',
    }));
  },
});

/**
 * @param {string} source
 * @param {'background' | 'pages'} bundle
 */
function leaveOut(source, bundle) {
  const file = ts.createSourceFile('source.ts', source, ts.ScriptTarget.Latest, true);
  /** @type {[from: number, to: number][]} characters */
  const cuts = [];
  /** @param {ts.Node} node */
  const visit = (node) => {
    if (ts.isCallExpression(node)) cuts.push(...cutsOf(node, bundle));
    ts.forEachChild(node, visit);
  };
  visit(file);
  const isInside = ([from, to], [start, end]) => start <= from && to <= end && (start < from || to < end);
  const outer = cuts.filter((cut) => !cuts.some((other) => isInside(cut, other)));
  const ordered = outer.sort(([a], [b]) => a - b);
  const starts = [0, ...ordered.map(([, end]) => end)];
  return starts.map((start, index) => source.slice(start, ordered[index]?.[0])).join('');
}

/**
 * Lists the parts of a call to cut out. `described(schema, meaning)` becomes `(schema)`.
 *
 * @param {ts.CallExpression} call
 * @param {'background' | 'pages'} bundle
 * @returns {[from: number, to: number][]}
 */
function cutsOf(call, bundle) {
  const maker = call.expression.getText();
  const [first] = call.arguments;
  if (maker === 'described') {
    return [
      [call.expression.getStart(), call.expression.end],
      [first.end, call.end - 1],
    ];
  }
  const unread = UNREAD[bundle];
  if (!Object.hasOwn(unread, maker) || !ts.isObjectLiteralExpression(first)) return [];
  const entries = maker === 'defineErrors' ? first.properties.map(({ initializer }) => initializer) : [first];
  const errors = maker === 'defineErrors' && bundle === 'background' ? first.properties.filter(isUnheard) : [];
  const members = entries
    .flatMap(({ parent, properties }) => (errors.includes(parent) ? [] : properties))
    .filter(({ name }) => unread[maker].includes(name?.getText()));
  return [...errors, ...members].map((property) => [property.getStart(), endWithComma(property)]);
}

/** True for an error that never passes through the background. @param {ts.PropertyAssignment} error of the catalogue */
const isUnheard = ({ name, initializer }) =>
  !UNHEARD.except.includes(name.getText()) &&
  initializer.properties.some((member) => member.getText() === `layer: '${UNHEARD.layer}'`);

/** @param {ts.Node} property */
function endWithComma(property) {
  return property.getSourceFile().text[property.end] === ',' ? property.end + 1 : property.end;
}
