import { describeError } from '@cardwright/protocol';
import { readSettings } from '@cardwright/protocol/settings';
import type { ManifestFlavour } from '../browsers/locations.js';
import type { ExtensionIds } from '../system/caller.js';
import { allowedAt } from './allowed-values.js';
import { isObject, type Json, type JsonObject, type JsonPath, valueAt } from './json.js';
import { flavourOf } from './places.js';
import { PolicyError } from './policy-error.js';

/** A part of an extension's settings that the extension cannot read. The extension leaves it out, or reads it as the strictest value. */
export interface UnreadableSetting {
  /** Names on the way to the part, joined by dots, such as `support.email`. */
  readonly name: string;
  /** The values that the extension reads there, in words. */
  readonly allowed: string;
}

/** The settings of one extension, and their place in a template or a file of policies. */
export interface ExtensionSettings {
  readonly path: JsonPath;
  readonly settings: Json;
}

/** Lists the unreadable parts of settings, by the same rules as the extension. */
export const unreadableIn = (settings: Json): UnreadableSetting[] =>
  isObject(settings)
    ? readSettings(settings).unreadable.map((name) => ({ name, allowed: allowedAt(name) }))
    : [{ name: '', allowed: 'an object with settings' }];

/** Finds the settings of the extensions with these ids: below `3rdparty`, where each kind of browser keeps those of extensions. */
export function extensionSettings(
  policies: JsonObject,
  ids: ExtensionIds,
  flavour: ManifestFlavour,
): ExtensionSettings[] {
  const above = flavour === 'firefox' ? ['policies', '3rdparty', 'Extensions'] : ['3rdparty', 'extensions'];
  return ids[flavour].flatMap((id) => {
    const path = [...above, id];
    const settings = valueAt(policies, path);
    return settings === undefined ? [] : [{ path, settings }];
  });
}

/**
 * Demands that the extension can read all its settings in a template. Otherwise they would be added, and have no effect or another one than meant.
 *
 * @param file name of the template, for the message
 * @throws PolicyError that has the code `POLICY_UNREADABLE`, and names each unreadable part and the allowed values
 */
export function demandReadable(template: JsonObject, ids: ExtensionIds, file: string): void {
  const parts = extensionSettings(template, ids, flavourOf(template)).flatMap(({ path, settings }) =>
    unreadableIn(settings).map(({ name, allowed }) => `${placeOf(path, name)}: allowed is ${allowed}.`),
  );
  if (parts.length === 0) return;
  const { message } = describeError('POLICY_UNREADABLE');
  throw new PolicyError([`${file}: ${message} [POLICY_UNREADABLE]`, ...parts].join('\n'));
}

const placeOf = (path: JsonPath, name: string): string => [...path, ...(name === '' ? [] : [name])].join(' / ');
