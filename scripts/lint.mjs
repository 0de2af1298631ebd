import path from 'node:path';
import { runNode } from './run-command.mjs';
import { ROOT, runProgram } from './set-up.mjs';

const BIN = path.join(ROOT, 'node_modules');
const CACHE = path.join(ROOT, '.cache');

/** The cache compares contents, because a fresh checkout of the same files has other times. */
const cached = (name) => ['--cache', '--cache-strategy=content', `--cache-location=${path.join(CACHE, name)}`];

/**
 * Runs style and lint. Each counts as nothing when clean, and as one failed test when not.
 *
 * @param {boolean} withTypes runs the rules that need types too. They take a minute and cannot be cached: their result for a file
 *   changes with other files.
 * @returns {Promise<{ passed: 0, failed: number }>}
 */
export async function lint(withTypes) {
  const checks = [
    ['eslint/bin/eslint.js', ...(withTypes ? [] : cached('eslint')), '.'],
    ['prettier/bin/prettier.cjs', '--check', '--log-level=warn', ...cached('prettier'), '.'],
  ];
  const env = { ...process.env, CARDWRIGHT_LINT: withTypes ? 'types' : 'files' };
  const codes = await Promise.all(
    checks.map(([tool = '', ...options]) => runNode([path.join(BIN, tool), ...options], { cwd: ROOT, env })),
  );
  return { passed: 0, failed: codes.filter((code) => code !== 0).length };
}

/** `npm run lint` */
if (process.argv[1] === import.meta.filename) {
  await runProgram(async () => ((await lint(true)).failed === 0 ? 0 : 1));
}
