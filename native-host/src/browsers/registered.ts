import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import * as v from 'valibot';
import { replaceFile } from '../system/replace-file.js';
import { onComputer, type System } from '../system/system.js';
import { LAUNCHER_FOLDER } from './locations.js';

const FILE = 'registered.json';
const MODE = 0o644;
const FOLDER_MODE = 0o755;

/** A manifest that this host wrote. */
const registered = v.object({
  /** Names of the browsers that read the manifest. */
  browser: v.string(),
  /** Paths of the manifest, and of the program that it names. */
  manifest: v.string(),
  launcher: v.string(),
  /** The outermost folder that was created for the manifest; null if all folders existed. */
  created: v.nullable(v.string()),
});
export type Registered = v.InferOutput<typeof registered>;

/** The accounts whose browsers a registration concerns: this account (`user`), or all accounts (`computer`). */
export type Scope = 'user' | 'computer';

/**
 * Returns the folder of `cardwright-host install` on Linux and macOS. The folder contains the record of the written manifests and, in scope
 * `user`, the launcher.
 */
export function registrationFolder(system: System, scope: Scope): string {
  const platform = system.platform === 'darwin' ? 'darwin' : 'linux';
  if (scope === 'user') return path.join(system.home, LAUNCHER_FOLDER[platform]);
  return onComputer(
    system,
    { linux: '/var/lib/cardwright', darwin: '/Library/Application Support/Cardwright' }[platform],
  );
}

/** Reads the registrations that were not undone. Returns an empty list if there is no readable record. */
export function readRegistered(system: System, scope: Scope): Registered[] {
  try {
    const record: unknown = JSON.parse(readFileSync(path.join(registrationFolder(system, scope), FILE), 'utf8'));
    const parsed = v.safeParse(v.array(registered), record);
    return parsed.success ? parsed.output : [];
  } catch {
    return [];
  }
}

/**
 * Records a registration. A repeated registration keeps its position in the record. If the repeated registration created no folder, the record
 * keeps the folder that an earlier registration created.
 */
export function remember(system: System, scope: Scope, one: Registered): void {
  const all = readRegistered(system, scope);
  const before = all.find(({ manifest }) => manifest === one.manifest);
  const now = { ...one, created: one.created ?? before?.created ?? null };
  write(system, scope, before === undefined ? [...all, now] : all.map((other) => (other === before ? now : other)));
}

/** Removes a registration from the record. Deletes the record when it becomes empty. */
export function forget(system: System, scope: Scope, manifest: string): void {
  const all = readRegistered(system, scope);
  const others = all.filter((one) => one.manifest !== manifest);
  if (others.length < all.length) write(system, scope, others);
}

function write(system: System, scope: Scope, all: readonly Registered[]): void {
  const folder = registrationFolder(system, scope);
  const file = path.join(folder, FILE);
  if (all.length === 0) {
    rmSync(file, { force: true });
    return;
  }
  mkdirSync(folder, { recursive: true, mode: FOLDER_MODE });
  replaceFile(file, `${JSON.stringify(all, null, 2)}\n`, MODE);
}
