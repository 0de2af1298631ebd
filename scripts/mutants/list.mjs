import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';

/** See list.d.mts for the types of `tests/mutants.json`. Paths are from the clone's folder, tests below `tests/` without their suffix. */
const LIST = 'tests/mutants.json';
const PROMISES = 'docs/security.md';
const FEWEST = 120;
const SUFFIXES = ['.test.ts', '.all.test.ts'];

/** @param {string} root the clone's folder */
export const readMutants = (root) => JSON.parse(readFileSync(path.join(root, LIST), 'utf8'));

/** Returns the file of a test, from the clone's folder. @param {string} root @param {string} test */
export const fileOfTest = (root, test) =>
  SUFFIXES.map((suffix) => `tests/${test}${suffix}`).find((file) => existsSync(path.join(root, file)));

/**
 * Returns the file of a mutant as it is with the fault.
 *
 * @param {string} root
 * @param {import('./list.mjs').Mutant} mutant
 * @throws {Error} if the text to replace is gone, stands there more than once, or stays as it is
 */
export function faulty(root, { id, file, text, by }) {
  if (!existsSync(path.join(root, file))) throw new Error(`${id}: there is no ${file}`);
  const parts = readFileSync(path.join(root, file), 'utf8').split(text);
  if (parts.length !== 2) throw new Error(`${id}: ${file} has its text ${parts.length - 1} times, not once: ${text}`);
  if (text === by) throw new Error(`${id}: nothing is replaced`);
  return parts.join(by);
}

/** Returns the promises of section 3 of docs/security.md, each on one line. @param {string} root @returns {string[]} */
export function readPromises(root) {
  const [, section = ''] =
    /\n## 3\. [^\n]*\n(.*?)\n## 4\. /s.exec(readFileSync(path.join(root, PROMISES), 'utf8')) ?? [];
  return section
    .split(/\n(?=- |\n)/)
    .filter((item) => /^\n*- /.test(item))
    .map((item) => item.trim().slice(2).replace(/\s+/g, ' '));
}

/** Returns what is wrong with the list, one line each. @param {string} root @param {import('./list.mjs').MutantList} list */
export function complaintsAbout(root, list) {
  const promises = readPromises(root);
  const { mutants, without } = list;
  const ids = mutants.map(({ id }) => id);
  return [
    ...(mutants.length < FEWEST ? [`${LIST} has ${mutants.length} mutants; ${FEWEST} are wanted`] : []),
    ...ids.filter((id, index) => ids.indexOf(id) !== index).map((id) => `${id}: two mutants have this id`),
    ...mutants.flatMap((mutant) => complaintsAboutOne(root, mutant)),
    ...[...mutants, ...without].flatMap(({ promise }) => complaintsAboutQuote(promises, promise)),
    ...promises.flatMap((promise) => complaintsAboutPromise(promise, list)),
  ];
}

/** @param {string} root @param {import('./list.mjs').Mutant} mutant @returns {string[]} */
function complaintsAboutOne(root, mutant) {
  const missing = mutant.tests.filter((test) => fileOfTest(root, test) === undefined);
  const complaints = missing.map((test) => `${mutant.id}: there is no test ${test}`);
  if (mutant.tests.length === 0) complaints.push(`${mutant.id}: names no test`);
  try {
    faulty(root, mutant);
  } catch (error) {
    complaints.push(error instanceof Error ? error.message : String(error));
  }
  return complaints;
}

/** @param {string[]} promises @param {string} quote @returns {string[]} */
function complaintsAboutQuote(promises, quote) {
  const found = promises.filter((promise) => promise.includes(quote)).length;
  return found === 1 ? [] : [`${PROMISES} makes this promise ${found} times, not once: ${quote}`];
}

/** @param {string} promise @param {import('./list.mjs').MutantList} list @returns {string[]} */
function complaintsAboutPromise(promise, { mutants, without }) {
  const broken = mutants.some(({ promise: quote }) => promise.includes(quote));
  const excused = without.some(({ promise: quote }) => promise.includes(quote));
  if (broken && excused) return [`has mutants, and an excuse for having none: ${promise}`];
  return broken || excused ? [] : [`no mutant breaks this promise: ${promise}`];
}
