import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import * as v from 'valibot';
import { replaceFile } from '../system/replace-file.js';
import { onComputer, type System } from '../system/system.js';
import { LAUNCHER_FOLDER } from './locations.js';

const FILE = 'registered.json';
const MODE = 0o644;

/** A manifest that was written here. */
const registered = v.object({
  /** Who looks for it, in words. */
  browser: v.string(),
  /** Paths of the manifest, and of the program that it names. */
  manifest: v.string(),
  launcher: v.string(),
  /** The outermost folder that had to be made for it; null where there was one. */
  created: v.nullable(v.string()),
});
export type Registered = v.InferOutput<typeof registered>;

/** Whose browsers: those of this account, or of all accounts. */
export type Scope = 'user' | 'computer';

/** The folder of what `cardwright-host install` keeps on Linux and macOS: the launcher of an account, and the record of what was written. */
export function registrationFolder(system: System, scope: Scope): string {
  const platform = system.platform === 'darwin' ? 'darwin' : 'linux';
  if (scope === 'user') return path.join(system.home, LAUNCHER_FOLDER[platform]);
  return onComputer(
    system,
    { linux: '/var/lib/cardwright', darwin: '/Library/Application Support/Cardwright' }[platform],
  );
}

/** What was registered and not undone; nothing where there is no record that can be read. */
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
 * Writes down what was registered, in the order in which it first was. A folder that was made for it the first time stays known.
 */
export function remember(system: System, scope: Scope, one: Registered): void {
  const all = readRegistered(system, scope);
  const before = all.find(({ manifest }) => manifest === one.manifest);
  const now = { ...one, created: one.created ?? before?.created ?? null };
  write(system, scope, before === undefined ? [...all, now] : all.map((other) => (other === before ? now : other)));
}

/** Strikes out what was undone. With nothing left, the record goes. */
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
  mkdirSync(folder, { recursive: true });
  replaceFile(file, `${JSON.stringify(all, null, 2)}\n`, MODE);
}
