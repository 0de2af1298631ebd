import { readFile } from 'node:fs/promises';
import ts from 'typescript';

/**
 * Members of an entry that a bundle does not read, by the function that makes the entry. Documents, screens or other parts read those of
 * commands and errors; browsers and policy templates read the schema of a setting, and a support file its description.
 */
export const UNREAD = {
  background: {
    defineCommand: ['summary', 'errors', 'timeout', 'concurrent', 'reach'],
    defineRequest: ['summary', 'errors', 'timeout'],
    defineErrors: ['layer', 'retriable', 'recovery', 'install', 'resumable', 'variants'],
    defineSetting: ['schema', 'describe'],
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

/** The protocol as built, and the extension's own scripts. */
const FILES = /[\\/](protocol[\\/]dist|extension[\\/]src)[\\/].*\.[jt]s$/;

/** Tells a bundler that a call has no effect besides its value. */
const PURE = '/* @__PURE__ */ ';

/**
 * A plugin for esbuild that leaves out everything that its bundle does not read: the descriptions of `described`, the members and
 * errors above, and constants. esbuild keeps a constant that a function of another file makes, even where that function is marked as
 * free of side effects. No file of ours makes a constant for its side effects, so the calls are marked here.
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
 * A part of a source, and what stands in its place.
 *
 * @typedef {{ from: number, to: number, text: string }} Edit
 */

/**
 * @param {string} source
 * @param {'background' | 'pages'} bundle
 */
function leaveOut(source, bundle) {
  const file = ts.createSourceFile('source.ts', source, ts.ScriptTarget.Latest, true);
  const cuts = callsIn(file, true).flatMap((call) => cutsOf(call, bundle));
  const constants = file.statements.filter(ts.isVariableStatement);
  const marks = constants.flatMap((one) => [...marksIn(one), ...wrapsIn(one)]);
  const isInside = (edit, { from, to }) => from <= edit.from && edit.to <= to && (from < edit.from || edit.to < to);
  const edits = [...cuts, ...marks].filter((edit) => !cuts.some((other) => isInside(edit, other)));
  const ordered = edits.sort((one, other) => one.from - other.from);
  const starts = [0, ...ordered.map(({ to }) => to)];
  return starts
    .map((start, index) => source.slice(start, ordered[index]?.from) + (ordered[index]?.text ?? ''))
    .join('');
}

/**
 * @param {ts.Node} node
 * @param {boolean} inFunctions true for the calls in functions too
 * @returns {ts.CallExpression[]}
 */
function callsIn(node, inFunctions) {
  const calls = ts.isCallExpression(node) ? [node] : [];
  ts.forEachChild(node, (child) => {
    if (inFunctions || !ts.isFunctionLike(child)) calls.push(...callsIn(child, inFunctions));
  });
  return calls;
}

/**
 * Marks the calls that make the constants of a file: `text(40)`, `v.string()`. Calls of an object's methods are not marked.
 *
 * @param {ts.VariableStatement} constants
 * @returns {Edit[]}
 */
const marksIn = (constants) =>
  callsIn(constants, false)
    .filter(({ expression }) => /^(v\.)?\w+$/.test(expression.getText()) && expression.getText() !== 'described')
    .map((call) => ({ from: call.getStart(), to: call.getStart(), text: PURE }));

/**
 * Wraps each list that is made of other lists, `[...CARD_ERRORS, 'DEVICE_FULL']` or `Object.entries(…).map(…)`, in a function that is
 * marked. esbuild keeps such a list otherwise, because to iterate may have an effect.
 *
 * @param {ts.VariableStatement} constants
 * @returns {Edit[]}
 */
const wrapsIn = ({ declarationList }) =>
  declarationList.declarations
    .map(({ initializer }) => initializer)
    .filter((made) => made && (isSpread(made) || /^Object\.entries\([^]*\)$/.test(made.getText())))
    .flatMap((made) => [
      { from: made.getStart(), to: made.getStart(), text: `${PURE}(() => ` },
      { from: made.end, to: made.end, text: ')()' },
    ]);

/** @param {ts.Expression} made */
const isSpread = (made) => ts.isArrayLiteralExpression(made) && made.elements.some(ts.isSpreadElement);

/**
 * Lists the parts of a call to cut out. `described(schema, meaning)` becomes `(schema)`.
 *
 * @param {ts.CallExpression} call
 * @param {'background' | 'pages'} bundle
 * @returns {Edit[]}
 */
function cutsOf(call, bundle) {
  const maker = call.expression.getText();
  const [first] = call.arguments;
  if (maker === 'described') {
    return [cut(call.expression.getStart(), call.expression.end), cut(first.end, call.end - 1)];
  }
  const unread = UNREAD[bundle];
  if (!Object.hasOwn(unread, maker) || !ts.isObjectLiteralExpression(first)) return [];
  const entries = maker === 'defineErrors' ? first.properties.map(({ initializer }) => initializer) : [first];
  const errors = maker === 'defineErrors' && bundle === 'background' ? first.properties.filter(isUnheard) : [];
  const members = entries
    .flatMap(({ parent, properties }) => (errors.includes(parent) ? [] : properties))
    .filter(({ name }) => unread[maker].includes(name?.getText()));
  return [...errors, ...members].map((property) => cut(property.getStart(), endWithComma(property)));
}

const cut = (from, to) => ({ from, to, text: '' });

/** True for an error that never passes through the background. @param {ts.PropertyAssignment} error of the catalogue */
const isUnheard = ({ name, initializer }) =>
  !UNHEARD.except.includes(name.getText()) &&
  initializer.properties.some((member) => member.getText() === `layer: '${UNHEARD.layer}'`);

/** @param {ts.Node} property */
function endWithComma(property) {
  return property.getSourceFile().text[property.end] === ',' ? property.end + 1 : property.end;
}
