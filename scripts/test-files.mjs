import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { THOROUGH_FILE } from './thorough.mjs';

const ROOT = path.resolve(import.meta.dirname, '..');

/** Levels whose files run from the sources. The others start programs that the build makes. */
const FROM_SOURCES = /^tests\/(unit|engine|simulation)\//;

/** First line of a file of these levels that reads, or starts, what the build has written. */
export const NEEDS_BUILD = '// Needs the build.';

/** Options of ours and of Jest that people type with a value behind them. */
const WITH_VALUE = new Set(['-t', '--testNamePattern', '--replay', '--maxWorkers', '-w']);

/**
 * Returns the arguments that name files: those that are neither an option nor its value.
 *
 * @param {readonly string[]} args of `scripts/test.mjs`
 */
export const pathsAmong = (args) =>
  args.filter((arg, index) => !arg.startsWith('-') && !WITH_VALUE.has(args[index - 1] ?? ''));

/**
 * Finds the files of tests that Jest will run for some arguments. Like Jest, it takes each path for a regular expression.
 *
 * @param {readonly string[]} args of `scripts/test.mjs`
 * @param {boolean} everything includes the thorough files
 * @returns {{ paths: string[], files: string[], needsBuild: boolean }} the paths that were given, and the files from the clone's folder
 */
export function selectFiles(args, everything) {
  const paths = pathsAmong(args);
  const patterns = paths.map((given) => new RegExp(given, 'i'));
  const files = readdirSync(path.join(ROOT, 'tests'), { recursive: true, encoding: 'utf8' })
    .map((file) => `tests/${file.replaceAll(path.sep, '/')}`)
    .filter((file) => file.endsWith('.test.ts') && (everything || !file.endsWith(THOROUGH_FILE)))
    .filter((file) => patterns.length === 0 || patterns.some((pattern) => pattern.test(path.join(ROOT, file))))
    .sort();
  return { paths, files, needsBuild: files.some(needsBuild) };
}

/** A thorough file of these levels may start anything. @param {string} file from the clone's folder */
export const needsBuild = (file) =>
  !FROM_SOURCES.test(file) ||
  file.endsWith(THOROUGH_FILE) ||
  readFileSync(path.join(ROOT, file), 'utf8').startsWith(`${NEEDS_BUILD}\n`);
