import { lstatSync, readFileSync } from 'node:fs';
import * as v from 'valibot';
import { codeOf } from '../system/error-code.js';
import { readLauncher } from './launcher.js';

/** Whether a file is what was written here. */
export type Ownership = 'ours' | 'foreign' | 'missing';

const namesProgram = v.object({ path: v.string() });

/**
 * Whose a manifest is: ours where it names our launcher, whatever else an administrator changed in it. A link is not what was written,
 * wherever it leads.
 */
export function ownershipOfManifest(file: string, launcher: string): Ownership {
  return ownershipOf(file, (text) => {
    const parsed = v.safeParse(namesProgram, JSON.parse(text));
    return parsed.success && parsed.output.path === launcher;
  });
}

/** Whose a launcher is: ours where it is one of those that we write, word for word. */
export const ownershipOfLauncher = (file: string): Ownership =>
  ownershipOf(file, (text) => readLauncher(file, text) !== null);

function ownershipOf(file: string, isOurs: (text: string) => boolean): Ownership {
  try {
    if (!lstatSync(file).isFile()) return 'foreign';
    return isOurs(readFileSync(file, 'utf8')) ? 'ours' : 'foreign';
  } catch (error) {
    // What cannot be read, or is no JSON, was not written here.
    return ['ENOENT', 'ENOTDIR'].includes(codeOf(error) ?? '') ? 'missing' : 'foreign';
  }
}
