import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { keptCosts } from './costs.mjs';
import { importersAmong, isModule, reachedFrom } from './module-importers.mjs';
import { SetupError } from './run-command.mjs';
import { needsBuild } from './test-files.mjs';
import { THOROUGH_FILE } from './thorough.mjs';

const ROOT = path.resolve(import.meta.dirname, '..');
const OPTION = '--changed';

/** Seconds of processor time that the chosen files may cost together: what two cores, which are seldom both busy, do in less than two minutes. */
export const MOST_SECONDS = 150;
/** Seconds of a file that no earlier run has measured, by its level. */
const USUAL = { unit: 0.5, engine: 2.5, simulation: 3, fuzz: 4 };

/** What every test runs on. Whoever changes it runs everything. */
const MACHINERY = /^(package(-lock)?\.json|jest\.config\.js|tsconfig(\.base)?\.json|tests\/[\w-]+\.mjs)$/;
/** Sources of packages, from which the build makes programs. */
const PRODUCT = /^(?!tests\/|scripts\/|docs\/)[\w-]+\/(src|words)\//;

/**
 * Returns with what the working tree is compared.
 *
 * @param {readonly string[]} args of `scripts/test.mjs`
 * @returns {string | undefined} undefined where nobody asks for what has changed
 */
export function comparedWith(args) {
  const option = args.find((arg) => arg === OPTION || arg.startsWith(`${OPTION}=`));
  return option === undefined ? undefined : option.slice(OPTION.length + 1) || 'HEAD';
}

/** @param {readonly string[]} args */
export const withoutChanged = (args) => args.filter((arg) => arg !== OPTION && !arg.startsWith(`${OPTION}=`));

/**
 * Chooses the tests that a change can reach, the cheapest first.
 *
 * @param {string} ref a commit
 * @returns {{ files: string[], lines: string[] }} files from the clone's folder, and what is said of the choice
 * @throws {SetupError} where git does not know the commit
 */
export function testsOfChange(ref) {
  const untracked = git('ls-files', '--others', '--exclude-standard');
  const changed = [...git('diff', '--name-only', '--no-renames', ref, '--'), ...untracked];
  const sources = [...git('ls-files'), ...untracked].filter((file) => existsSync(path.join(ROOT, file)));
  return chooseTests({ changed, sources, costs: keptCosts() });
}

/**
 * @param {{ changed: readonly string[], sources: readonly string[], costs: Readonly<Record<string, number>> }} change the files that have changed, all
 *   files, and what each file of tests has cost in seconds
 */
export function chooseTests({ changed, sources, costs }) {
  const tests = sources.filter((file) => file.startsWith('tests/') && file.endsWith('.test.ts'));
  const others = changed.filter((file) => !isModule(file));
  const all = changed.some((file) => MACHINERY.test(file));
  const begun = [...changed, ...tests.filter((test) => mentions(test, others))];
  const imported = reachedFrom(begun, importersAmong(sources));
  // Programs of the build contain any source, and no import of the test that starts them says so.
  const isBuilt = changed.some((file) => PRODUCT.test(file));
  const reached = tests.filter((test) => all || imported.has(test) || (isBuilt && needsBuild(test)));
  const reasons = new Map();
  const files = [];
  let left = MOST_SECONDS;
  for (const file of reached.toSorted((a, b) => costOf(a) - costOf(b))) {
    const reason = whyNot(file) ?? (left < costOf(file) ? 'no time left in two minutes' : undefined);
    if (reason !== undefined) reasons.set(reason, [...(reasons.get(reason) ?? []), file]);
    else {
      files.push(file);
      left -= costOf(file);
    }
  }
  return { files, lines: [headline(changed, files, reached), ...[...reasons].map(tellLeftOut), ...warn(others, all)] };

  function costOf(/** @type {string} */ file) {
    return costs[file] ?? USUAL[file.split('/')[1]] ?? MOST_SECONDS;
  }
}

/** @param {string} file */
function whyNot(file) {
  if (file.endsWith(THOROUGH_FILE)) return 'thorough';
  if (needsBuild(file)) return 'starts or reads what the build makes';
  return undefined;
}

function headline(changed, files, reached) {
  return `${count(changed.length, 'file')} changed. Of ${count(reached.length, 'file')} of tests that this can reach, ${files.length} run now, the cheapest first.`;
}

/** @param {[string, string[]]} entry */
function tellLeftOut([reason, files]) {
  const folders = [...new Set(files.map((file) => file.split('/').slice(0, 2).join('/')))].sort();
  return `  ${files.length} left out: ${reason} (${folders.join(', ')})`;
}

function warn(others, all) {
  if (all) return ['Something that every test runs on has changed, so that reaches all of them.'];
  if (others.length === 0) return [];
  return [
    `${count(others.length, 'changed file')} without imports: of these, only tests that name one were chosen. What else reads them is not known.`,
  ];
}

const count = (/** @type {number} */ number, /** @type {string} */ noun) =>
  `${number} ${noun}${number === 1 ? '' : 's'}`;

/** Returns whether a test names one of these files. @param {string} test @param {readonly string[]} files */
function mentions(test, files) {
  if (files.length === 0) return false;
  const text = readFileSync(path.join(ROOT, test), 'utf8');
  return files.some((file) => text.includes(path.basename(file)));
}

/** @param {string[]} args @returns {string[]} the lines that git prints */
function git(...args) {
  try {
    const printed = execFileSync('git', args, { cwd: ROOT, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
    return printed.split('\n').filter((line) => line !== '');
  } catch (cause) {
    throw new SetupError(`git does not tell what has changed: ${cause instanceof Error ? cause.message : cause}`, {
      cause,
    });
  }
}
