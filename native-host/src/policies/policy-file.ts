import {
  chmodSync,
  chownSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  type Stats,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { codeOf } from '../system/error-code.js';
import { onComputer, type System } from '../system/system.js';
import { isObject, type Json, type JsonObject } from './json.js';
import { PolicyError } from './policy-error.js';

/** Largest file of policies in bytes. Usual files have a few thousand bytes. */
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
 * Reads a file of policies. Returns null if the file does not exist.
 *
 * @param file absolute path on the computer
 * @param maxLength longest accepted file in bytes
 * @throws PolicyError when the file is a link, not a file, too long, not UTF-8, not a JSON object, or contains a number that would change when
 *   written again; also when its folder is not safe (`demandSafeFolder`)
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

/** Parses the text of a file of policies. @throws PolicyError that names the file and its defect */
export function parsePolicies(text: string, file: string): JsonObject {
  let content: Json;
  try {
    content = JSON.parse(text) as Json;
    // This call throws if the values are nested too deeply: they can be parsed, but not written again.
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

/** Returns the number literals of a JSON text, unchanged. Ignores text inside strings. */
const numbersIn = (text: string): string[] =>
  [...text.matchAll(/"(?:[^"\\]+|\\.)*"|(-?\d[\d.eE+-]*)/g)].flatMap(([, number]) => number ?? []);

const isKept = (number: string): boolean =>
  /^-?\d+$/.test(number) ? Number.isSafeInteger(Number(number)) : Number.isFinite(Number(number));

/** Replaces the text of a file atomically, and makes missing folders. The file keeps its owner and permissions; a new file gets `mode`. */
export function writePolicyFile(system: System, file: string, text: string, mode = WORLD_READABLE): void {
  const folder = path.posix.dirname(file);
  for (const missing of missingFolders(system, folder)) makeFolder(onComputer(system, missing));
  const target = onComputer(system, file);
  // The draft is outside the folder of policies, because Chromium reads every file in that folder.
  const draft = onComputer(system, path.posix.join(path.posix.dirname(folder), `.cardwright-${system.pid}`));
  try {
    const before = stateOf(target);
    // A killed process with the same id may have left a draft.
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

/** Lists which folders of a path are missing, the outermost first. */
export function missingFolders(system: System, folder: string): string[] {
  if (existsSync(onComputer(system, folder))) return [];
  return [...missingFolders(system, path.posix.dirname(folder)), folder];
}

/**
 * Checks that only the administrator, who is the owner of the root folder, can replace the content of a folder. Missing folders are
 * accepted.
 *
 * @throws PolicyError when the folder, or one above it, is a link, not a folder, owned by another account, or writable by others than its owner
 */
export function demandSafeFolder(system: System, folder: string): void {
  if (folder === '/') return;
  demandSafeFolder(system, path.posix.dirname(folder));
  const state = stateOf(onComputer(system, folder));
  if (state === null) return;
  if (state.isSymbolicLink()) throw new PolicyError(`${folder} is a symbolic link: what is behind it is left alone.`);
  if (!state.isDirectory()) throw new PolicyError(`${folder} is no folder, and is left alone.`);
  if (state.uid !== statSync(system.root).uid || (state.mode & WRITABLE_BY_OTHERS) !== 0) {
    throw new PolicyError(`${folder} can be changed by others than the administrator: what is in it is left alone.`);
  }
}

/** Makes a folder that the browsers of every account can read, even if this account's umask forbids it. */
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
