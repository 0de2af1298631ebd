import path from 'node:path';
import * as v from 'valibot';
import type { System } from '../system/system.js';
import { isObject, type Json, type JsonObject } from './json.js';
import type { Addition } from './merge.js';
import { isPolicyFile, POLICY_PLACES } from './places.js';
import { PolicyError } from './policy-error.js';
import { readPolicyFile } from './policy-file.js';

/** Path of the record of all additions to the policies of this computer. */
export const RECORD_FILE = '/var/lib/cardwright/policies.json';

/** Largest record in bytes. The record contains the text of each changed file. */
const MAX_RECORD = 16 * 1024 * 1024;

/** The additions to one file. */
export interface ChangedFile {
  readonly browser: string;
  readonly file: string;
  /** Text of the file before the first addition, which shows its format; null if the file was created. */
  readonly before: string | null;
  readonly additions: readonly Addition[];
}

export interface PolicyRecord {
  readonly files: readonly ChangedFile[];
  /** Folders that were created for the files, the outermost first. */
  readonly folders: readonly string[];
}

const json: v.GenericSchema<Json> = v.custom<Json>((value) => value !== undefined);
const changedFile = v.object({
  browser: v.string(),
  file: v.string(),
  before: v.nullable(v.string()),
  additions: v.array(
    v.object({
      kind: v.picklist(['container', 'member', 'entry']),
      path: v.pipe(v.array(v.string()), v.minLength(1)),
      value: json,
    }),
  ),
});
const policyRecord = v.object({ version: v.literal(1), files: v.array(changedFile), folders: v.array(v.string()) });

export const EMPTY_RECORD: PolicyRecord = { files: [], folders: [] };

/**
 * Reads the record. Returns an empty record if the file does not exist.
 *
 * @throws PolicyError when the record cannot be read, is of another version, or names files or folders that are not for policies
 */
export function readRecord(system: System): PolicyRecord {
  const found = readPolicyFile(system, RECORD_FILE, MAX_RECORD);
  if (found === null) return EMPTY_RECORD;
  const parsed = v.safeParse(policyRecord, found.content);
  if (!parsed.success) throw new PolicyError(`${RECORD_FILE} is no record of this version.`);
  const { files, folders } = parsed.output;
  const foreign = [...files.filter((one) => !isOurs(one)).map(({ file }) => file), ...folders.filter(isForeignFolder)];
  if (foreign.length > 0) {
    throw new PolicyError(`${RECORD_FILE} names ${foreign.join(', ')}, where no policy of a browser is.`);
  }
  return { files, folders };
}

export const recordText = ({ files, folders }: PolicyRecord): string =>
  `${JSON.stringify({ version: 1, files, folders }, null, 2)}\n`;

/** True if a recorded file is a policy file of the recorded browser. The record decides which files are changed, so it may name no other files. */
const isOurs = ({ browser, file }: ChangedFile): boolean =>
  POLICY_PLACES.some((place) => place.browser === browser && isPolicyFile(place, file));

const isForeignFolder = (folder: string): boolean =>
  path.posix.normalize(folder) !== folder ||
  !POLICY_PLACES.some((place) => place.folder === folder || place.folder.startsWith(`${folder}/`));

/** Parses the recorded earlier text of a file. Returns null if the text is not a JSON object. */
export function parsedBefore(text: string): JsonObject | null {
  try {
    const value = JSON.parse(text) as Json;
    return isObject(value) ? value : null;
  } catch {
    return null;
  }
}
