import { lstatSync, mkdirSync, realpathSync } from 'node:fs';
import module from 'node:module';
import path from 'node:path';
import type { System } from './system.js';

const PRIVATE_FOLDER = 0o700;
const PERMISSIONS = 0o777;
const WRITABLE_BY_OTHERS = 0o022;
/** Mode bit of a folder in which only the owner of an entry may rename or remove the entry. */
const STICKY = 0o1000;
const ROOT = 0;

type Place = Pick<System, 'platform' | 'home' | 'env'>;

/** The part of `node:module` that is used. Older versions of Node.js lack `enableCompileCache`. */
interface NodeModule extends Pick<typeof module, 'isBuiltin'> {
  readonly enableCompileCache?: (folder: string) => unknown;
}

/**
 * Lets Node.js (22.8 and later) store the compiled code of the modules that are loaded from now on, and reuse what it stored before.
 *
 * Node.js runs the code in the cache's folder. So the folder is used only if no account but this one and root (on Windows: the administrators)
 * can write to it or replace it. Without a cache, the host starts more slowly.
 *
 * @returns the folder in use; null if no folder can be used, for any reason
 */
export function useCompileCache(system: Place): string | null {
  const node: NodeModule = module;
  if (node.enableCompileCache === undefined) return null;
  try {
    const folder = privateCacheFolder(system);
    if (folder !== null) node.enableCompileCache(folder);
    return folder;
  } catch {
    return null;
  }
}

/**
 * Returns this account's folder for compiled code. Returns null if an account other than this one and root could change the folder. Creates the
 * folder if it is missing.
 *
 * @throws Error if the folder cannot be created or examined
 */
export function privateCacheFolder(system: Place): string | null {
  const folder = path.join(cacheOf(system), 'compiled');
  mkdirSync(folder, { recursive: true, mode: PRIVATE_FOLDER });
  // On Windows, the permissions of the user's profile keep other accounts away.
  if (system.platform === 'win32') return folder;
  const real = realpathSync(folder);
  return isPrivate(real) ? real : null;
}

/** Returns the cache folder of Cardwright, in the system's place for caches (XDG Base Directory Specification; Apple: ~/Library/Caches). */
function cacheOf({ platform, home, env }: Place): string {
  switch (platform) {
    case 'win32':
      return path.join(env.LOCALAPPDATA ?? path.join(home, 'AppData', 'Local'), 'Cardwright', 'Cache');
    case 'darwin':
      return path.join(home, 'Library', 'Caches', 'Cardwright');
    default: {
      // The XDG specification requires that a relative path is ignored.
      const cache = env.XDG_CACHE_HOME;
      return path.join(cache && path.isAbsolute(cache) ? cache : path.join(home, '.cache'), 'cardwright');
    }
  }
}

/**
 * True if a folder belongs to this account, and only this account and root can write to the folder or replace it. @param folder real path, without
 * links
 */
function isPrivate(folder: string): boolean {
  const user = process.getuid?.();
  const { uid, mode } = lstatSync(folder);
  if (uid !== user || (mode & PERMISSIONS) !== PRIVATE_FOLDER) return false;
  for (let place = path.dirname(folder); ; place = path.dirname(place)) {
    const { uid: owner, mode: above } = lstatSync(place);
    const isKept = (above & WRITABLE_BY_OTHERS) === 0 || (above & STICKY) !== 0;
    if ((owner !== user && owner !== ROOT) || !isKept) return false;
    if (place === path.dirname(place)) return true;
  }
}
