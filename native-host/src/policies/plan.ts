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

/** The planned change of one file. */
export interface PlannedFile {
  readonly place: PolicyPlace;
  readonly file: string;
  /** Text of the file now and after the change; null if the file does not exist. */
  readonly now: string | null;
  readonly next: string | null;
  /** The file's entry in the record of additions after the change; null if the file then contains no additions of ours. */
  readonly change: ChangedFile | null;
}

/** The planned content of a file, while the plan is being made. */
interface Draft {
  readonly file: string;
  readonly now: string | null;
  /** Text of the file before our first addition; null for a file that we created. */
  readonly before: string | null;
  readonly content: JsonObject;
  readonly additions: readonly Addition[];
}

/**
 * Plans the addition of a template to the policy files of one place. The plan first removes everything that was added there before.
 *
 * @throws PolicyError when a file cannot be changed safely, or contradicts the template
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

/** Plans the removal of everything that was added to one file. @throws PolicyError when a file cannot be changed safely */
export const planRemoval = (system: System, place: PolicyPlace, recorded: ChangedFile): PlannedFile =>
  planned(place, draftOf(system, recorded.file, [recorded]));

/**
 * Returns the file in which to set a policy. This is the last file that already sets the policy, because the browser uses that file. If no file
 * sets the policy, it is the place's own file.
 */
function fileFor({ file: own }: PolicyPlace, unit: JsonPath, drafts: readonly Draft[]): string {
  const decides = drafts.findLast(({ content }) => valueAt(content, unit) !== undefined);
  return decides?.file ?? own;
}

/**
 * Lists the files from which the browser of a place reads policies, and the recorded files in the same folder. Sorts them by name, as the
 * browser does.
 */
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

/**
 * True if the name ends in `.json`, or the content can be read as policies. Chromium reads files of any name, and ignores a file that is not JSON,
 * such as an administrator's note.
 */
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
  // A file that would be empty is removed if we created it, and not created again if someone has removed it.
  const isGone = isSame(content, {}) && (before === null || now === null);
  const next = isGone ? null : textOf(content, before);
  const change = additions.length === 0 ? null : { browser: place.browser, file, before, additions };
  return { place, file, now, next, change };
}

const isOfConcern = ({ now, next, change }: PlannedFile): boolean => now !== next || change !== null;

/** Formats content with the indentation of the earlier text. If the content is that of the earlier text, returns this text unchanged. */
function textOf(content: JsonObject, before: string | null): string {
  const known: Json | null = before === null ? null : parsedBefore(before);
  if (before !== null && isSame(known ?? undefined, content)) return before;
  const [, indent = '  '] = /^\s*\{\r?\n([ \t]+)"/.exec(before ?? '') ?? [];
  return `${JSON.stringify(content, null, indent)}\n`;
}
