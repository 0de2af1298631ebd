import { lstatSync, mkdirSync, realpathSync } from 'node:fs';
import module from 'node:module';
import path from 'node:path';
import type { System } from './system.js';

const PRIVATE_FOLDER = 0o700;
const PERMISSIONS = 0o777;
const WRITABLE_BY_OTHERS = 0o022;
/** Only its owner renames or removes an entry of a folder with this bit. */
const STICKY = 0o1000;
const ROOT = 0;

type Place = Pick<System, 'platform' | 'home' | 'env'>;

/** `node:module`, with a function that older versions lack. */
interface NodeModule extends Pick<typeof module, 'isBuiltin'> {
  readonly enableCompileCache?: (folder: string) => unknown;
}

/**
 * Has Node.js keep the compiled code of what is loaded from now on, and use what it kept before. Only Node.js 22.8 and later can.
 *
 * The code in that folder is run. So it is used only where no account but this one and root can write to it, or put another one in its
 * place. A host starts without it as well.
 *
 * @returns the folder in use, or null
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
 * Returns this account's folder for compiled code, or null where another account could change it. Makes it first if it is missing.
 *
 * @throws Error where it cannot be made
 */
export function privateCacheFolder(system: Place): string | null {
  const folder = path.join(cacheOf(system), 'compiled');
  mkdirSync(folder, { recursive: true, mode: PRIVATE_FOLDER });
  // The permissions of a profile keep other accounts away.
  if (system.platform === 'win32') return folder;
  const real = realpathSync(folder);
  return isPrivate(real) ? real : null;
}

/** Each system's place for what can be made again (XDG Base Directory Specification; Apple: ~/Library/Caches). */
function cacheOf({ platform, home, env }: Place): string {
  switch (platform) {
    case 'win32':
      return path.join(env.LOCALAPPDATA ?? path.join(home, 'AppData', 'Local'), 'Cardwright', 'Cache');
    case 'darwin':
      return path.join(home, 'Library', 'Caches', 'Cardwright');
    default: {
      // The specification ignores relative paths.
      const cache = env.XDG_CACHE_HOME;
      return path.join(cache && path.isAbsolute(cache) ? cache : path.join(home, '.cache'), 'cardwright');
    }
  }
}

/** @param folder without links */
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
