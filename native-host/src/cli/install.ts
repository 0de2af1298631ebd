import { mkdirSync, readdirSync, rmdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import { manifestText } from '../browsers/host-manifest.js';
import { launcherScript } from '../browsers/launcher.js';
import { ownershipOfLauncher, ownershipOfManifest, type Ownership } from '../browsers/ownership.js';
import type { Registered } from '../browsers/registered.js';
import { BUILT_IN_IDS, type ExtensionIds } from '../system/caller.js';
import { replaceFile } from '../system/replace-file.js';
import type { InstallTarget } from './install-targets.js';

const EXECUTABLE = 0o755;
/** Mode of the folders that are created: no other account can put a file into them, whatever the umask of this account is. */
const FOLDER = 0o755;
const READABLE = 0o644;

/** Writes the launcher and the manifest, which admits these extensions. `main` is the path of this program's main file. */
export function install(target: InstallTarget, main: string, ids: ExtensionIds = BUILT_IN_IDS): void {
  writeLauncher(target.launcher, main);
  writeManifest(target, ids);
}

/** Undoes `install` for a target that does not share its launcher, but leaves the folders. Returns true if there was a manifest of ours. */
export function uninstall({ manifest, launcher }: InstallTarget): boolean {
  const found = removeManifest({ manifest, launcher, created: null });
  removeLauncher(launcher);
  return found === 'ours';
}

/** Writes a launcher that starts the program's main file with the running Node.js. */
export function writeLauncher(launcher: string, main: string): void {
  mkdirSync(path.dirname(launcher), { recursive: true, mode: FOLDER });
  replaceFile(launcher, launcherScript({ node: process.execPath, main }), EXECUTABLE);
}

/** Writes a manifest that admits these extensions, and replaces an existing one. Returns the record to pass to `remember`. */
export function writeManifest({ browser, flavour, manifest, launcher }: InstallTarget, ids: ExtensionIds): Registered {
  const created = mkdirSync(path.dirname(manifest), { recursive: true, mode: FOLDER }) ?? null;
  replaceFile(manifest, manifestText(flavour, launcher, ids), READABLE);
  return { browser, manifest, launcher, created };
}

/** Removes a manifest that is ours, and the empty folders that were created for it. Returns the ownership of the manifest before the removal. */
export function removeManifest({ manifest, launcher, created }: Omit<Registered, 'browser'>): Ownership {
  const found = ownershipOfManifest(manifest, launcher);
  if (found === 'ours') rmSync(manifest);
  if (found !== 'foreign' && created !== null) removeEmptyFolders(path.dirname(manifest), created);
  return found;
}

/** Removes a launcher that is ours. */
export function removeLauncher(launcher: string): void {
  if (ownershipOfLauncher(launcher) === 'ours') rmSync(launcher);
}

/** Removes empty folders from the innermost one up to `outermost`. */
export function removeEmptyFolders(innermost: string, outermost: string): void {
  for (let folder = innermost; isWithin(folder, outermost); folder = path.dirname(folder)) {
    if (!isEmpty(folder)) return;
    rmdirSync(folder);
  }
}

function isWithin(folder: string, outermost: string): boolean {
  const relative = path.relative(outermost, folder);
  return relative !== '..' && !relative.startsWith(`..${path.sep}`) && !path.isAbsolute(relative);
}

function isEmpty(folder: string): boolean {
  try {
    return readdirSync(folder).length === 0;
  } catch {
    // The folder was removed already, or belongs to another account.
    return false;
  }
}
