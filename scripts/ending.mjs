import { stripVTControlCharacters } from 'node:util';

/** @typedef {import('./jest.mjs').Failure} Failure */

/** Number of the last lines of a run in which each failure is named: what people see first, and what other programs keep of a long output. */
export const LAST_LINES = 40;
/** Most lines of one failure. */
const MOST_LINES = 12;
/** Most characters of a line. */
const MOST_CHARACTERS = 200;

const STACK = /^\s+at /;
/** The place in a file of tests that a line of a stack names. */
const PLACE = /\(?(?:file:\/\/)?[^\s(]*?\b(tests\/[^\s()]+?\.(?:ts|mjs):\d+:\d+)\)?/;

/**
 * Tells the end of a run: what was unsteady, then each failure with its file, expectation and first lines, then the counts, all failures in the last
 * {@link LAST_LINES} lines.
 *
 * @param {{ failures: readonly Failure[], unsteady: readonly Failure[], passed: number }} result
 * @returns {string[]} lines; the last one is `N passed, N failed`
 */
export function tellEnd({ failures, unsteady, passed }) {
  return [
    ...(unsteady.length === 0 ? [] : ['Unsteady: failed, and passed when its file ran once more, alone:']),
    ...unsteady.flatMap((failure) => tellFailure(failure, MOST_LINES)),
    ...tellFailures(failures),
    `${passed} passed, ${failures.length} failed`,
  ];
}

/** @param {readonly Failure[]} failures @returns {string[]} */
function tellFailures(failures) {
  if (failures.length === 0) return [];
  const different = withoutRepetitions(failures);
  // Without the heading and the counts; with as many failures as lines, the last line says how many are left out.
  const room = LAST_LINES - 2;
  const named = different.length > room ? different.slice(0, room - 1) : different;
  const left = different.length - named.length;
  const each = Math.min(MOST_LINES, Math.floor((room - (left > 0 ? 1 : 0)) / named.length));
  return [
    'Failed:',
    ...named.flatMap((failure) => tellFailure(failure, each)),
    ...(left > 0 ? [`… and ${left} more, which stand above.`] : []),
  ];
}

/** A set-up that fails is the failure of each test after it. It is told once. @param {readonly Failure[]} failures @returns {Failure[]} */
function withoutRepetitions(failures) {
  /** @type {Map<string, Failure[]>} */
  const alike = new Map();
  for (const failure of failures) {
    const key = `${failure.file}\n${failure.message}`;
    alike.set(key, [...(alike.get(key) ?? []), failure]);
  }
  return [...alike.values()].flatMap(([first, ...others]) => {
    if (!first) return [];
    const more = others.length === 0 ? '' : ` (and ${others.length} more of this file, alike)`;
    return [{ ...first, title: `${first.title}${more}` }];
  });
}

/** @param {Failure} failure @param {number} most lines @returns {string[]} */
function tellFailure({ file, title, message }, most) {
  const lines = stripVTControlCharacters(message).split('\n');
  const place = lines
    .filter((line) => STACK.test(line))
    .map((line) => PLACE.exec(line)?.[1])
    .find((found) => found !== undefined);
  const end = lines.findIndex((line) => STACK.test(line));
  const said = lines
    .slice(0, end === -1 ? undefined : end)
    .filter((line) => line.trim() !== '')
    .map((line) => `      ${line.trim()}`);
  const at = place === undefined ? [] : [`      at ${place}`];
  const room = most - 1;
  const kept = room <= at.length ? at.slice(0, room) : [...said.slice(0, room - at.length), ...at];
  return [`  ✕ ${file === null ? '' : `${file} › `}${title}`, ...kept].map(shorten);
}

/** @param {string} line */
const shorten = (line) => (line.length > MOST_CHARACTERS ? `${line.slice(0, MOST_CHARACTERS - 1)}…` : line);
