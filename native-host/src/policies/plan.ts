import { readdirSync } from 'node:fs';
import path from 'node:path';
import { codeOf } from '../system/error-code.js';
import { onComputer, type System } from '../system/system.js';
import { isSame, type Json, type JsonObject, type JsonPath, valueAt } from './json.js';
import { addAt, type Addition, withoutAdditions } from './merge.js';
import { type PolicyPlace, unitsOf } from './places.js';
import { PolicyError } from './policy-error.js';
import { demandSafeFolder, readPolicyFile } from './policy-file.js';
import { type ChangedFile, parsedBefore } from './record.js';

/** What becomes of one file. */
export interface PlannedFile {
  readonly place: PolicyPlace;
  readonly file: string;
  /** Its text as it is, and as it shall be; null where there is no such file. */
  readonly now: string | null;
  readonly next: string | null;
  /** What the record says of it afterwards; null where nothing of ours is in it. */
  readonly change: ChangedFile | null;
}

/** A file while it is worked on. */
interface Draft {
  readonly file: string;
  readonly now: string | null;
  /** Its text before anything of ours was in it; null where it is our own. */
  readonly before: string | null;
  readonly content: JsonObject;
  readonly additions: readonly Addition[];
}

/**
 * What adding a template does to the files of one place, after all that was added there before is taken out.
 *
 * @throws PolicyError when a file cannot be changed without harm, or says something else than the template
 */
export function planAddition(
  system: System,
  place: PolicyPlace,
  template: JsonObject,
  recorded: readonly ChangedFile[],
): PlannedFile[] {
  const drafts = new Map(filesOf(system, place, recorded).map((file) => [file, draftOf(system, file, recorded)]));
  const conflicts: string[] = [];
  for (const unit of unitsOf(template)) {
    const file = fileFor(place, unit, [...drafts.values()]);
    const draft = drafts.get(file) ?? draftOf(system, file, recorded);
    const merged = addAt(draft.content, unit, valueAt(template, unit) ?? {});
    conflicts.push(...merged.conflicts.map((at) => `${file} says something else of ${at.join(' / ')}.`));
    drafts.set(file, { ...draft, content: merged.content, additions: [...draft.additions, ...merged.additions] });
  }
  if (conflicts.length > 0) throw new PolicyError(conflicts.join('\n'));
  return [...drafts.values()].map((draft) => planned(place, draft)).filter(isOfConcern);
}

/** What taking out everything does to the files of one place. @throws PolicyError when a file cannot be changed without harm */
export const planRemoval = (system: System, place: PolicyPlace, recorded: ChangedFile): PlannedFile =>
  planned(place, draftOf(system, recorded.file, [recorded]));

/** The file that decides on a policy: the last one that sets it; our own where none does. */
function fileFor({ file: own }: PolicyPlace, unit: JsonPath, drafts: readonly Draft[]): string {
  const decides = drafts.findLast(({ content }) => valueAt(content, unit) !== undefined);
  return decides?.file ?? own;
}

/** The files that a browser reads in a place, in its order, and those that were changed there. */
function filesOf(system: System, { flavour, folder, file }: PolicyPlace, recorded: readonly ChangedFile[]): string[] {
  demandSafeFolder(system, folder);
  const found = flavour === 'firefox' ? [file] : namesIn(system, folder).map((name) => path.posix.join(folder, name));
  const changed = recorded.map((one) => one.file).filter((one) => path.posix.dirname(one) === folder);
  return [...new Set([...found, ...changed])].sort().filter((one) => isOfPolicies(system, one));
}

function namesIn(system: System, folder: string): string[] {
  try {
    const entries = readdirSync(onComputer(system, folder), { withFileTypes: true });
    return entries.filter((entry) => !entry.isDirectory()).map(({ name }) => name);
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return [];
    throw error;
  }
}

/** Chromium reads every file whatever its name, and passes over those that are no JSON: a note of the administrator may lie there. */
function isOfPolicies(system: System, file: string): boolean {
  if (file.endsWith('.json')) return true;
  try {
    return readPolicyFile(system, file) !== null;
  } catch (error) {
    if (error instanceof PolicyError) return false;
    throw error;
  }
}

function draftOf(system: System, file: string, recorded: readonly ChangedFile[]): Draft {
  const found = readPolicyFile(system, file);
  const change = recorded.find((one) => one.file === file);
  const now = found?.text ?? null;
  const before = change === undefined ? now : change.before;
  const content = withoutAdditions(found?.content ?? {}, change?.additions ?? []);
  return { file, now, before, content, additions: [] };
}

function planned(place: PolicyPlace, { file, now, before, content, additions }: Draft): PlannedFile {
  // A file that someone has removed meanwhile does not come back empty.
  const isGone = isSame(content, {}) && (before === null || now === null);
  const next = isGone ? null : textOf(content, before);
  const change = additions.length === 0 ? null : { browser: place.browser, file, before, additions };
  return { place, file, now, next, change };
}

const isOfConcern = ({ now, next, change }: PlannedFile): boolean => now !== next || change !== null;

/** The text of a file in the form that it had: to the byte where it says what it said. */
function textOf(content: JsonObject, before: string | null): string {
  const known: Json | null = before === null ? null : parsedBefore(before);
  if (before !== null && isSame(known ?? undefined, content)) return before;
  const [, indent = '  '] = /^\s*\{\r?\n([ \t]+)"/.exec(before ?? '') ?? [];
  return `${JSON.stringify(content, null, indent)}\n`;
}
