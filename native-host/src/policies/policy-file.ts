import {
  chmodSync,
  chownSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  type Stats,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { codeOf } from '../system/error-code.js';
import { onComputer, type System } from '../system/system.js';
import { isObject, type Json, type JsonObject } from './json.js';
import { PolicyError } from './policy-error.js';

/** Bytes. The policies of a computer have a few thousand. */
const MAX_LENGTH = 1024 * 1024;
const WORLD_READABLE = 0o644;
const READABLE_FOLDER = 0o755;
/** Write permission of the group and of all others. */
const WRITABLE_BY_OTHERS = 0o022;

/** The content of a file of policies. */
export interface PolicyFile {
  readonly text: string;
  readonly content: JsonObject;
}

/**
 * Reads a file of policies. Returns null where there is none.
 *
 * @param file absolute, on the computer
 * @param maxLength in bytes
 * @throws PolicyError when it is not a file or not a JSON object, or contains something that would change when written again
 */
export function readPolicyFile(system: System, file: string, maxLength = MAX_LENGTH): PolicyFile | null {
  demandSafeFolder(system, path.posix.dirname(file));
  const state = stateOf(onComputer(system, file));
  if (state === null) return null;
  if (state.isSymbolicLink()) throw new PolicyError(`${file} is a symbolic link, and is left alone.`);
  if (!state.isFile()) throw new PolicyError(`${file} is no file, and is left alone.`);
  if (state.size > maxLength) throw new PolicyError(`${file} is larger than any policy file, and is left alone.`);
  const text = textOf(onComputer(system, file), file);
  return { text, content: parsePolicies(text, file) };
}

/** @throws PolicyError with the file and its defect */
export function parsePolicies(text: string, file: string): JsonObject {
  let content: Json;
  try {
    content = JSON.parse(text) as Json;
    // Too deep nesting can be parsed, but not written again.
    JSON.stringify(content);
  } catch (error) {
    const why = error instanceof Error ? error.message : 'unknown error';
    throw new PolicyError(`${file} is not plain JSON, and is left alone: ${why}`, { cause: error });
  }
  if (!isObject(content)) throw new PolicyError(`${file} is no JSON object, and is left alone.`);
  const number = numbersIn(text).find((one) => !isKept(one));
  if (number !== undefined) throw new PolicyError(`${file} holds the number ${number}, which would be changed.`);
  return content;
}

/** The number literals of a JSON text, verbatim. Text inside strings is ignored. */
const numbersIn = (text: string): string[] =>
  [...text.matchAll(/"(?:[^"\\]+|\\.)*"|(-?\d[\d.eE+-]*)/g)].flatMap(([, number]) => number ?? []);

const isKept = (number: string): boolean =>
  /^-?\d+$/.test(number) ? Number.isSafeInteger(Number(number)) : Number.isFinite(Number(number));

/** Replaces the text of a file atomically. Its owner and permissions stay; a new file gets `mode`. */
export function writePolicyFile(system: System, file: string, text: string, mode = WORLD_READABLE): void {
  const folder = path.posix.dirname(file);
  for (const missing of missingFolders(system, folder)) makeFolder(onComputer(system, missing));
  const target = onComputer(system, file);
  // Outside the folder, because Chromium would read it inside, whatever its name.
  const draft = onComputer(system, path.posix.join(path.posix.dirname(folder), `.cardwright-${system.pid}`));
  try {
    const before = stateOf(target);
    // A killed run with the same process id may have left one.
    rmSync(draft, { force: true });
    writeFileSync(draft, text, { flag: 'wx', mode, flush: true });
    chmodSync(draft, before === null ? mode : before.mode & 0o777);
    if (before !== null) chownSync(draft, before.uid, before.gid);
    renameSync(draft, target);
  } catch (error) {
    rmSync(draft, { force: true });
    throw error;
  }
}

/** Lists the missing folders on the way, the outermost first. */
export function missingFolders(system: System, folder: string): string[] {
  if (existsSync(onComputer(system, folder))) return [];
  return [...missingFolders(system, path.posix.dirname(folder)), folder];
}

/**
 * Checks that nobody but the administrator can replace the content of a folder.
 *
 * @throws PolicyError when a part of its path is a link, not a folder, or writable by others
 */
export function demandSafeFolder(system: System, folder: string): void {
  if (folder === '/') return;
  demandSafeFolder(system, path.posix.dirname(folder));
  const state = stateOf(onComputer(system, folder));
  if (state === null) return;
  if (state.isSymbolicLink()) throw new PolicyError(`${folder} is a symbolic link: what is behind it is left alone.`);
  if (!state.isDirectory()) throw new PolicyError(`${folder} is no folder, and is left alone.`);
  if ((state.mode & WRITABLE_BY_OTHERS) !== 0) {
    throw new PolicyError(`${folder} can be changed by others than its owner: what is in it is left alone.`);
  }
}

/** Makes a folder that the browsers of every account can read, whatever this account's umask. */
function makeFolder(folder: string): void {
  mkdirSync(folder);
  chmodSync(folder, READABLE_FOLDER);
}

function stateOf(file: string): Stats | null {
  try {
    return lstatSync(file);
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return null;
    throw error;
  }
}

function textOf(file: string, name: string): string {
  const bytes = readFileSync(file);
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch (error) {
    throw new PolicyError(`${name} is not UTF-8, and is left alone.`, { cause: error });
  }
}
