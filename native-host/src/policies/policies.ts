import { readFileSync, rmdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import { codeOf } from '../system/error-code.js';
import type { ExtensionIds } from '../system/caller.js';
import { onComputer, type System } from '../system/system.js';
import { demandReadable } from './extension-settings.js';
import type { JsonObject } from './json.js';
import { demandAdministrator, withLock } from './lock.js';
import { isThere, type Addition } from './merge.js';
import { flavourOf, POLICY_PLACES, type PolicyPlace } from './places.js';
import { type PlannedFile, planAddition, planRemoval } from './plan.js';
import { PolicyError } from './policy-error.js';
import { missingFolders, parsePolicies, readPolicyFile, writePolicyFile } from './policy-file.js';
import { type ChangedFile, type PolicyRecord, readRecord, RECORD_FILE, recordText } from './record.js';

/** File mode of the record. Only the owner may read the record, because the record contains texts of files that not everyone may read. */
const PRIVATE = 0o600;

/** Example domains in a template (RFC 2606), which an administrator has to replace. */
const PLACEHOLDER = /[\w.-]*\bexample\.(?:com|org|net)\b/i;

/** A file to which a template was added, and the additions. */
export interface AddedTo {
  readonly browser: string;
  readonly file: string;
  readonly additions: readonly Addition[];
}

/**
 * Reads an edited template.
 *
 * @param ids the extensions that the host obeys
 * @throws PolicyError when the file cannot be read, is not a JSON object that can be written again unchanged, still contains placeholders, or sets
 *   what an extension of these ids cannot read
 */
export function readTemplate(file: string, ids: ExtensionIds): JsonObject {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    throw new PolicyError(`${file} cannot be read.`, { cause: error });
  }
  const template = parsePolicies(text, file);
  const [placeholder] = PLACEHOLDER.exec(text) ?? [];
  if (placeholder !== undefined) {
    throw new PolicyError(`${file} still names ${placeholder}: put your own addresses there first.`);
  }
  demandReadable(template, ids, file);
  return template;
}

/**
 * Adds a template to the policies of this computer. Replaces a template that was added for these browsers before.
 *
 * @param browsers names of browsers in upper or lower case; if empty, every browser that reads such a template
 * @returns the additions, with at least one entry for each browser
 * @throws PolicyError when the template cannot be added; nothing was changed then
 */
export const addPolicies = (system: System, template: JsonObject, browsers: readonly string[]): AddedTo[] =>
  withLock(system, () => {
    const record = readRecord(system);
    const places = placesFor(template, browsers);
    const isConcerned = ({ browser }: ChangedFile): boolean => places.some((place) => place.browser === browser);
    const concerned = record.files.filter(isConcerned);
    const planned = places.flatMap((place) => {
      const recorded = concerned.filter(({ browser }) => browser === place.browser);
      return planAddition(system, place, template, recorded);
    });
    const others = record.files.filter((file) => !isConcerned(file));
    carryOut(system, record, planned, [...others, ...changesOf(planned)]);
    return places.flatMap(({ browser, file }): AddedTo[] => {
      const added = changesOf(planned).filter((change) => change.browser === browser);
      return added.length === 0 ? [{ browser, file, additions: [] }] : added;
    });
  });

/** The result of a removal. */
export interface Removed {
  readonly files: readonly string[];
  /** The reasons why some files could not be changed. The additions to these files stay in the record. */
  readonly troubles: readonly string[];
}

/**
 * Removes the additions from the policies of this computer, and the files and folders that were created for these additions and are then empty.
 *
 * @throws PolicyError when this account may not change the policies, another run is changing them, or the record cannot be read
 */
export const removePolicies = (system: System): Removed =>
  withLock(system, () => {
    const record = readRecord(system);
    const planned: PlannedFile[] = [];
    const stuck: ChangedFile[] = [];
    const troubles: string[] = [];
    for (const change of record.files) {
      const place = POLICY_PLACES.find(({ browser }) => browser === change.browser);
      try {
        if (place !== undefined) planned.push(planRemoval(system, place, change));
      } catch (error) {
        if (!(error instanceof PolicyError)) throw error;
        troubles.push(error.message);
        stuck.push(change);
      }
    }
    carryOut(system, record, planned, stuck);
    return { files: planned.map(({ file }) => file), troubles };
  });

/** One addition. `isThere` is true if the file still contains the addition, unchanged. */
export interface ShownAddition {
  readonly addition: Addition;
  readonly isThere: boolean;
}

/** The additions to one file. */
export interface ShownFile {
  readonly browser: string;
  readonly file: string;
  readonly additions: readonly ShownAddition[];
}

/**
 * Lists the additions to the policies of this computer, without the objects and lists that were created to contain them.
 *
 * @throws PolicyError when the record, or a file that it names, cannot be read
 */
export function showPolicies(system: System): ShownFile[] {
  return demandAdministrator(() =>
    readRecord(system).files.map(({ browser, file, additions }) => {
      const content = readPolicyFile(system, file)?.content ?? {};
      const told = additions.filter(({ kind }) => kind !== 'container');
      const shown = told.map((addition) => ({ addition, isThere: isThere(content, addition) }));
      return { browser, file, additions: shown };
    }),
  );
}

function placesFor(template: JsonObject, browsers: readonly string[]): PolicyPlace[] {
  const fitting = POLICY_PLACES.filter(({ flavour }) => flavour === flavourOf(template));
  const known = fitting.map(({ browser }) => browser);
  const isNamed = (browser: string): boolean => browsers.some((name) => name.toLowerCase() === browser.toLowerCase());
  const unknown = browsers.filter((name) => !known.some((browser) => browser.toLowerCase() === name.toLowerCase()));
  if (unknown.length > 0) {
    throw new PolicyError(`This template is not for ${unknown.join(', ')}: it is for ${known.join(', ')}.`);
  }
  return browsers.length === 0 ? fitting : fitting.filter(({ browser }) => isNamed(browser));
}

const changesOf = (planned: readonly PlannedFile[]): ChangedFile[] => planned.flatMap(({ change }) => change ?? []);

/**
 * Changes the files. Writes the record before the changes, so that they can be undone if this process is killed meanwhile, and again after the
 * changes.
 */
function carryOut(
  system: System,
  record: PolicyRecord,
  planned: readonly PlannedFile[],
  files: readonly ChangedFile[],
): void {
  const needed = planned.filter(({ next }) => next !== null).map(({ file }) => path.posix.dirname(file));
  const folders = [...new Set([...record.folders, ...needed.flatMap((folder) => missingFolders(system, folder))])];
  const meanwhile = [...files, ...record.files.filter((one) => !files.some(({ file }) => file === one.file))];
  writeRecord(system, { files: meanwhile.map((one) => withEarlier(one, record)), folders });
  for (const { file, now, next } of planned) {
    if (next === null) rmSync(onComputer(system, file), { force: true });
    else if (next !== now) writePolicyFile(system, file, next);
  }
  const left = [...folders]
    .reverse()
    .filter((folder) => !isRemoved(system, folder))
    .reverse();
  writeRecord(system, { files, folders: left });
}

/** Combines the new additions to a file with the earlier additions, which the file may still contain. */
function withEarlier(change: ChangedFile, { files }: PolicyRecord): ChangedFile {
  const earlier = files.find(({ file }) => file === change.file)?.additions ?? [];
  return change.additions === earlier ? change : { ...change, additions: [...earlier, ...change.additions] };
}

function writeRecord(system: System, record: PolicyRecord): void {
  if (record.files.length > 0 || record.folders.length > 0) {
    writePolicyFile(system, RECORD_FILE, recordText(record), PRIVATE);
    return;
  }
  rmSync(onComputer(system, RECORD_FILE), { force: true });
  isRemoved(system, path.posix.dirname(RECORD_FILE));
}

/** Removes an empty folder. Returns true if the folder does not exist afterwards. */
function isRemoved(system: System, folder: string): boolean {
  try {
    rmdirSync(onComputer(system, folder));
    return true;
  } catch (error) {
    return codeOf(error) === 'ENOENT';
  }
}
