import { lstatSync, readFileSync } from 'node:fs';
import * as v from 'valibot';
import { codeOf } from '../system/error-code.js';
import { readLauncher } from './launcher.js';

/** Says whether this host wrote a file. */
export type Ownership = 'ours' | 'foreign' | 'missing';

const namesProgram = v.object({ path: v.string() });

/**
 * Says who wrote a manifest: it is ours if it names our launcher, whatever else an administrator changed in it. A link is never ours,
 * wherever it leads.
 */
export function ownershipOfManifest(file: string, launcher: string): Ownership {
  return ownershipOf(file, (text) => {
    const parsed = v.safeParse(namesProgram, JSON.parse(text));
    return parsed.success && parsed.output.path === launcher;
  });
}

/** Says who wrote a launcher: it is ours if it matches the one we write, character by character. */
export const ownershipOfLauncher = (file: string): Ownership =>
  ownershipOf(file, (text) => readLauncher(file, text) !== null);

function ownershipOf(file: string, isOurs: (text: string) => boolean): Ownership {
  try {
    if (!lstatSync(file).isFile()) return 'foreign';
    return isOurs(readFileSync(file, 'utf8')) ? 'ours' : 'foreign';
  } catch (error) {
    // An unreadable file, or one that is not JSON, was not written here.
    return ['ENOENT', 'ENOTDIR'].includes(codeOf(error) ?? '') ? 'missing' : 'foreign';
  }
}
