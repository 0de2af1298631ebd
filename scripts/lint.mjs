import path from 'node:path';
import { runNode } from './run-command.mjs';

const ROOT = path.resolve(import.meta.dirname, '..');
const BIN = path.join(ROOT, 'node_modules');

/** A rule that does not run needs no exception, so the exceptions are counted only where all rules run. */
const WITH_TYPES = ['--type-aware', '--report-unused-disable-directives-severity=error'];

/**
 * Checks the format of all files, their lint rules, and what imports what. What is wrong is printed.
 *
 * @param {boolean} withTypes runs the rules that need types too, which take twenty times as long
 * @returns {Promise<string[]>} the names of the checks that found something
 */
export async function lint(withTypes) {
  const checks = Object.entries({
    Format: [path.join(BIN, 'oxfmt/bin/oxfmt'), '--check'],
    'Lint rules': [path.join(BIN, 'oxlint/bin/oxlint'), ...(withTypes ? WITH_TYPES : [])],
    Imports: [path.join(ROOT, 'scripts/lint/check-imports.mjs')],
  });
  const codes = await Promise.all(checks.map(([, args]) => runNode(args, { cwd: ROOT, onlyOnFailure: true })));
  return checks.filter((_, index) => codes[index] !== 0).map(([name]) => name);
}

/** `npm run lint` */
if (process.argv[1] === import.meta.filename) process.exitCode = (await lint(true)).length === 0 ? 0 : 1;
