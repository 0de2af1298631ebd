import path from 'node:path';
import { runNode } from './run-command.mjs';
import { ROOT, runProgram } from './set-up.mjs';

const BIN = path.join(ROOT, 'node_modules');

/** A rule that does not run needs no exception, so the exceptions are counted only where all rules run. */
const WITH_TYPES = ['--type-aware', '--report-unused-disable-directives-severity=error'];

/**
 * Checks the format of all files, their lint rules, and what imports what. Each counts as nothing when clean, and as one failed test when not.
 *
 * @param {boolean} withTypes runs the rules that need types too, which take twenty times as long
 * @returns {Promise<{ passed: 0, failed: number }>}
 */
export async function lint(withTypes) {
  const checks = [
    [path.join(BIN, 'oxfmt/bin/oxfmt'), '--check'],
    [path.join(BIN, 'oxlint/bin/oxlint'), ...(withTypes ? WITH_TYPES : [])],
    [path.join(ROOT, 'scripts/lint/check-imports.mjs')],
  ];
  const codes = await Promise.all(checks.map((args) => runNode(args, { cwd: ROOT, onlyOnFailure: true })));
  return { passed: 0, failed: codes.filter((code) => code !== 0).length };
}

/** `npm run lint` */
if (process.argv[1] === import.meta.filename) {
  await runProgram(async () => ((await lint(true)).failed === 0 ? 0 : 1));
}
