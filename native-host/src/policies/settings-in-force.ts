import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { ExtensionIds } from '../system/caller.js';
import { onComputer, type System } from '../system/system.js';
import { extensionSettings, unreadableIn, type UnreadableSetting } from './extension-settings.js';
import { isObject, type Json, type JsonObject } from './json.js';
import { POLICY_PLACES, type PolicyPlace } from './places.js';

/** An unreadable setting, with the file that sets it. */
export interface UnreadableInFile extends UnreadableSetting {
  readonly file: string;
}

/** The extension's settings in the policies of one browser. */
export interface SettingsInForce {
  readonly browser: string;
  readonly unreadable: readonly UnreadableInFile[];
}

/** Finds the settings of the extensions with these ids in the policies of this Linux computer: one result for each browser with such settings. */
export const findSettings = (system: System, ids: ExtensionIds): SettingsInForce[] =>
  POLICY_PLACES.flatMap((place) => {
    const set = filesAt(system, place).flatMap((file) => settingsIn(system, place, file, ids));
    if (set.length === 0) return [];
    // If two files set the same setting of an extension, Chromium obeys the last file by name (config_dir_policy_loader.cc).
    const inForce = new Map(set.map((one) => [`${one.extension} ${one.key}`, one]));
    return [{ browser: place.browser, unreadable: [...inForce.values()].flatMap(({ unreadable }) => unreadable) }];
  });

/** One setting of an extension in a file. */
interface SetInFile {
  readonly extension: string;
  readonly key: string;
  readonly unreadable: readonly UnreadableInFile[];
}

function settingsIn(system: System, { flavour }: PolicyPlace, file: string, ids: ExtensionIds): SetInFile[] {
  const policies = parsed(system, file);
  if (policies === null) return [];
  return extensionSettings(policies, ids, flavour).flatMap(({ path: at, settings }) => {
    const each: [key: string, settings: Json][] = isObject(settings)
      ? Object.entries(settings).map(([key, value]) => [key, { [key]: value }])
      : [['', settings]];
    return each.map(([key, alone]) => ({
      extension: at.at(-1) ?? '',
      key,
      unreadable: unreadableIn(alone).map((part) => ({ ...part, file })),
    }));
  });
}

function filesAt(system: System, { flavour, folder, file }: PolicyPlace): string[] {
  if (flavour === 'firefox') return [file];
  try {
    return readdirSync(onComputer(system, folder))
      .sort()
      .map((name) => path.posix.join(folder, name));
  } catch {
    // The folder does not exist on a computer without policies.
    return [];
  }
}

/** Parses a file of policies. Returns null if the file cannot be read, or is no JSON object: its browser ignores it then. */
function parsed(system: System, file: string): JsonObject | null {
  try {
    const content = JSON.parse(readFileSync(onComputer(system, file), 'utf8')) as Json;
    return isObject(content) ? content : null;
  } catch {
    return null;
  }
}
