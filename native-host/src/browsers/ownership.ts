import { lstatSync, readFileSync } from 'node:fs';
import * as v from 'valibot';
import { codeOf } from '../system/error-code.js';
import { readLauncher } from './launcher.js';

/** Origin of a file: `ours` if this host wrote it, `missing` if it does not exist, `foreign` in all other cases. */
export type Ownership = 'ours' | 'foreign' | 'missing';

const namesProgram = v.object({ path: v.string() });

/**
 * Decides whether this host wrote a manifest. A manifest is ours if it names our launcher, even if an administrator changed the rest. A
 * symbolic link is never ours.
 */
export function ownershipOfManifest(file: string, launcher: string): Ownership {
  return ownershipOf(file, (text) => {
    const parsed = v.safeParse(namesProgram, JSON.parse(text));
    return parsed.success && parsed.output.path === launcher;
  });
}

/** Decides whether this host wrote a launcher. A launcher is ours if it equals the launcher that we write, character by character. */
export const ownershipOfLauncher = (file: string): Ownership =>
  ownershipOf(file, (text) => readLauncher(file, text) !== null);

function ownershipOf(file: string, isOurs: (text: string) => boolean): Ownership {
  try {
    if (!lstatSync(file).isFile()) return 'foreign';
    return isOurs(readFileSync(file, 'utf8')) ? 'ours' : 'foreign';
  } catch (error) {
    // An unreadable file, or one that is not JSON, counts as another program's.
    return ['ENOENT', 'ENOTDIR'].includes(codeOf(error) ?? '') ? 'missing' : 'foreign';
  }
}
