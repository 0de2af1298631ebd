import path from 'node:path';
import { BUILT_IN_IDS, type ExtensionIds } from '../system/caller.js';
import { readGuardedFile } from '../system/guarded-file.js';
import { inHome, onComputer, type System } from '../system/system.js';
import { whoElseMayChange } from '../system/who-may-change.js';
import { joinIds, NO_IDS, parseExtensionIds } from './extension-ids.js';
import { readRegistryList } from './registry.js';
import type { Scope } from './registered.js';

/** File name of the lists. The package's list is in the folder of the program. */
export const ID_LIST_FILE = 'extensions.json';

/** Registry keys of the administrator's lists on Windows; each kind of browser has a subkey with numbered values. */
const REGISTRY_KEYS = {
  computer: 'HKLM\\SOFTWARE\\Policies\\Cardwright\\Extensions',
  user: 'HKCU\\SOFTWARE\\Cardwright\\Extensions',
} as const satisfies Record<Scope, string>;

/** A list of ids that the host reads. */
export interface IdList {
  /** The list's place, for the user: a path or a registry key. */
  readonly source: string;
  readonly ids: ExtensionIds;
  /** The reason, in words, why no id of the list counts; null if all count. */
  readonly trouble: string | null;
}

/**
 * Returns the accounts that a host serves. A host for all accounts (`computer`) is one that no account but root may change; on Windows, one that was
 * installed, because the MSI installs below Program Files.
 *
 * @param programFolder folder of the host's main file
 */
export function scopeOfHost(system: System, programFolder: string): Scope {
  if (system.platform === 'win32') return path.win32.basename(programFolder) === 'app' ? 'computer' : 'user';
  try {
    return whoElseMayChange(system, programFolder) === null ? 'computer' : 'user';
  } catch {
    // The folder does not exist: the host was removed.
    return 'user';
  }
}

/**
 * Reads the lists of the extensions that a host obeys: the built-in ids, those that were set when the host was packaged, and the administrator's. A host
 * for all accounts reads only a list that nobody but root can change; the host of one account reads only a list of that account.
 */
export async function readIdLists(system: System, programFolder: string): Promise<IdList[]> {
  const lists = idListsInFiles(system, programFolder);
  if (system.platform !== 'win32') return lists;
  const chosen = await listInRegistry(system, REGISTRY_KEYS[scopeOfHost(system, programFolder)]);
  return chosen === null ? lists : [...lists, chosen];
}

/** Returns the lists of `readIdLists` that are in files. On Linux and macOS these are all. */
export function idListsInFiles(system: System, programFolder: string): IdList[] {
  const scope = scopeOfHost(system, programFolder);
  const packaged = listIn(system, scope, path.join(programFolder, ID_LIST_FILE), programFolder);
  const chosen = system.platform === 'win32' ? null : chosenList(system, scope);
  return [{ source: 'built in', ids: BUILT_IN_IDS, trouble: null }, packaged, chosen].filter((list) => list !== null);
}

/** Joins the ids of lists. A list with trouble has none. */
export const idsOf = (lists: readonly IdList[]): ExtensionIds => joinIds(lists.map(({ ids }) => ids));

/** Returns the path of the administrator's list on Linux and macOS. */
function idListFile(system: System, scope: Scope): string {
  const isMac = system.platform === 'darwin';
  if (scope === 'computer') {
    const folder = isMac ? '/Library/Application Support/Cardwright' : '/etc/cardwright';
    return onComputer(system, path.join(folder, ID_LIST_FILE));
  }
  return isMac
    ? path.join(system.home, 'Library/Application Support/Cardwright', ID_LIST_FILE)
    : inHome(system, `.config/cardwright/${ID_LIST_FILE}`);
}

function chosenList(system: System, scope: Scope): IdList | null {
  const file = idListFile(system, scope);
  const top = scope === 'computer' ? system.root : path.dirname(path.dirname(file));
  return listIn(system, scope, file, top);
}

function listIn(system: System, scope: Scope, file: string, top: string): IdList | null {
  const content = readGuardedFile(system, { file, top, scope });
  if (content === null) return null;
  if ('trouble' in content) return { source: file, ids: NO_IDS, trouble: content.trouble };
  return listOf(file, parsed(content.text));
}

async function listInRegistry(system: System, key: string): Promise<IdList | null> {
  const [chromium, firefox] = [
    await readRegistryList(system, `${key}\\Chromium`),
    await readRegistryList(system, `${key}\\Firefox`),
  ];
  return chromium.length + firefox.length === 0 ? null : listOf(key, { chromium, firefox });
}

function listOf(source: string, value: unknown): IdList {
  const ids = parseExtensionIds(value);
  return ids === null
    ? { source, ids: NO_IDS, trouble: 'it is no list of extension ids' }
    : { source, ids, trouble: null };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
