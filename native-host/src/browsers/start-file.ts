import { accessSync, closeSync, constants, openSync, readSync, statSync } from 'node:fs';
import path from 'node:path';
import { codeOf } from '../system/error-code.js';
import type { System } from '../system/system.js';
import { readLauncher } from './launcher.js';

/** Bytes to read from the start of a program: enough for its `#!` line, and for our whole launcher. */
const HEAD_LENGTH = 4_096;

/** Returns the reason, in words, why a file cannot be started as a host; null if no reason was found. */
export function whyNotStartable(system: System, file: string): string | null {
  const trouble = whyNotExecutable(system, file);
  if (trouble !== null) return trouble;
  const head = headOf(file);
  if (head === null) return `${file} cannot be read`;
  const interpreter = interpreterOf(head);
  if (interpreter === null) return null;
  const [program = '', argument] = interpreter;
  const missing = whyNotExecutable(system, program);
  if (missing !== null) return `the interpreter of ${file} is missing: ${missing}`;
  if (path.basename(program) === 'env' && argument !== undefined && !isInPath(system, argument)) {
    return `the interpreter of ${file} is missing: ${argument} is nowhere in PATH`;
  }
  return whyLauncherFails(system, file, head);
}

function whyNotExecutable({ platform }: System, file: string): string | null {
  try {
    if (!statSync(file).isFile()) return `${file} is no file`;
    // Windows has no executable bit.
    if (platform !== 'win32') accessSync(file, constants.X_OK);
    return null;
  } catch (error) {
    return codeOf(error) === 'ENOENT' || codeOf(error) === 'ENOTDIR'
      ? `${file} does not exist`
      : `${file} may not be run`;
  }
}

/** Returns the words of a file's `#!` line; null if the file has no such line. */
function interpreterOf(head: string): string[] | null {
  const [, line] = /^#![ \t]*([^\n]*)/.exec(head) ?? [];
  return line === undefined ? null : line.trim().split(/[ \t]+/);
}

/** Returns in words which of the files that our launcher starts is missing; null if no file is missing, or if the file is not our launcher. */
function whyLauncherFails(system: System, file: string, head: string): string | null {
  const launched = readLauncher(file, head);
  if (launched === null) return null;
  const missing = whyNotExecutable(system, launched.node);
  if (missing !== null) return `the launcher names a Node.js that is gone: ${missing}`;
  try {
    accessSync(launched.main, constants.R_OK);
    return null;
  } catch {
    return `the launcher names a host that is gone: ${launched.main} cannot be read`;
  }
}

const isInPath = (system: System, program: string): boolean =>
  (system.env.PATH ?? '/usr/local/bin:/usr/bin:/bin')
    .split(path.delimiter)
    .some((folder) => folder !== '' && whyNotExecutable(system, path.join(folder, program)) === null);

function headOf(file: string): string | null {
  try {
    const descriptor = openSync(file, 'r');
    try {
      const head = Buffer.alloc(HEAD_LENGTH);
      return head.subarray(0, readSync(descriptor, head)).toString('utf8');
    } finally {
      closeSync(descriptor);
    }
  } catch {
    // The caller reports a file that cannot be read as a defect. A program that may be executed but not read is rare.
    return null;
  }
}
