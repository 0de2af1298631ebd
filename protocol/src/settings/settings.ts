import {
  allowedDevices,
  logLevel,
  minimumExtensionVersion,
  minimumHostVersion,
  pinRules,
  support,
} from './computer-settings.js';
import { locale } from './locale-setting.js';
import { inspectorPanel } from './panel-setting.js';
import type { Setting } from './setting.js';
import { allowedSites, blockedSites, foreignRelyingParties, siteKeys } from './site-settings.js';

/** All settings of the administrator, by their keys in the managed storage. */
const table = {
  inspectorPanel,
  allowedSites,
  blockedSites,
  siteKeys,
  foreignRelyingParties,
  support,
  allowedDevices,
  pinRules,
  minimumExtensionVersion,
  minimumHostVersion,
  logLevel,
  locale,
};

/** The administrator's policy: the value of each setting after it was read. */
export type Policy = {
  readonly [K in keyof typeof table]: (typeof table)[K] extends Setting<infer T> ? T : never;
};

export const settings: { readonly [K in keyof Policy]: Setting<Policy[K]> } = table;
const isKey = (name: string): name is keyof Policy => Object.hasOwn(settings, name);

/** A policy, with the keys that were set and the parts that are unreadable. */
export interface ReadPolicy {
  readonly policy: Policy;
  /** The known keys that the administrator set. */
  readonly keys: readonly (keyof Policy)[];
  /** Unreadable parts, such as `allowedSites.https://portal.example`, and unknown keys, which may be misspelt. */
  readonly unreadable: readonly string[];
}

/**
 * Reads the policy from the settings that the browser returns.
 *
 * @example
 * readSettings({ support: { email: 'help.corp.test' } }).unreadable; // ['support.email']
 */
export function readSettings(managed: Readonly<Record<string, unknown>>): ReadPolicy {
  const names = Object.keys(managed);
  const unreadable = new Set(names.filter((name) => !isKey(name)));
  const read = <K extends keyof Policy>(key: K): Policy[K] => {
    const setting: Setting<Policy[K]> = settings[key];
    if (managed[key] === undefined) return setting.absent;
    return setting.read(managed[key], (...path) => unreadable.add([key, ...path].join('.')));
  };
  const policy: Policy = {
    inspectorPanel: read('inspectorPanel'),
    allowedSites: read('allowedSites'),
    blockedSites: read('blockedSites'),
    siteKeys: read('siteKeys'),
    foreignRelyingParties: read('foreignRelyingParties'),
    support: read('support'),
    allowedDevices: read('allowedDevices'),
    pinRules: read('pinRules'),
    minimumExtensionVersion: read('minimumExtensionVersion'),
    minimumHostVersion: read('minimumHostVersion'),
    logLevel: read('logLevel'),
    locale: read('locale'),
  };
  return { policy, keys: names.filter(isKey), unreadable: [...unreadable] };
}

/**
 * Returns a policy as a support file shows it: the values of the keys that the administrator set, and the unreadable parts.
 *
 * @example
 * describeSettings(readSettings({ locale: 'de' })); // { locale: 'de', unreadable: [] }
 */
export function describeSettings({ policy, keys, unreadable }: ReadPolicy): Record<string, unknown> {
  const tell = <K extends keyof Policy>(key: K): [K, unknown] => {
    const setting: Setting<Policy[K]> = settings[key];
    return [key, setting.describe(policy[key])];
  };
  return { ...Object.fromEntries(keys.map((key) => tell(key))), unreadable };
}
