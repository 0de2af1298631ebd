import { CHROMIUM_EXTENSION_ID, FIREFOX_EXTENSION_ID } from '@cardwright/protocol/identity';

/** A browser whose policies are in the registry of Windows. */
export interface RegistryBrowser {
  readonly id: 'chrome' | 'edge';
  readonly name: string;
  /** Key of the browser's policies, below HKEY_LOCAL_MACHINE or HKEY_CURRENT_USER. */
  readonly key: string;
}

export const REGISTRY_BROWSERS: readonly RegistryBrowser[] = [
  { id: 'chrome', name: 'Google Chrome', key: 'SOFTWARE\\Policies\\Google\\Chrome' },
  { id: 'edge', name: 'Microsoft Edge', key: 'SOFTWARE\\Policies\\Microsoft\\Edge' },
];

/** Returns the key of the extension's settings (Chromium, policy_loader_win.cc). */
export const settingsKey = ({ key }: RegistryBrowser): string =>
  `${key}\\3rdparty\\extensions\\${CHROMIUM_EXTENSION_ID}\\policy`;

/** Key of the extension's settings in Firefox (policies-schema.json of Firefox, "3rdparty", below the key that WindowsGPOParser.sys.mjs reads). */
export const FIREFOX_SETTINGS_KEY = `SOFTWARE\\Policies\\Mozilla\\Firefox\\3rdparty\\Extensions\\${FIREFOX_EXTENSION_ID}`;

/** A value in the registry: a REG_SZ as a string, or a REG_DWORD as a number. */
export type RegistryValue = string | number;

/** A key and its values. */
export interface RegistryKey {
  readonly key: string;
  readonly values: Readonly<Record<string, RegistryValue>>;
}

/**
 * Returns the key where Chromium looks for one setting (registry_dict.cc). A single value is in `base` itself. A list is a subkey whose values are
 * named by numbers. An object is a subkey with a value for each member. Deeper values are JSON in a string, which Chromium reads if the schema
 * expects a list or object.
 */
export function registryKeyOf(base: string, name: string, value: unknown): RegistryKey {
  if (Array.isArray(value)) return { key: `${base}\\${name}`, values: numbered(value) };
  if (typeof value !== 'object' || value === null) return { key: base, values: { [name]: registryValueOf(value) } };
  const members = Object.entries(value).map(([member, content]) => [member, registryValueOf(content)] as const);
  return { key: `${base}\\${name}`, values: Object.fromEntries(members) };
}

/** Returns the entries of a list as values whose names are numbers, beginning with `first`. */
export const numbered = (list: readonly unknown[], first = 1): RegistryKey['values'] =>
  Object.fromEntries(list.map((value, index) => [String(first + index), registryValueOf(value)]));

function registryValueOf(value: unknown): RegistryValue {
  if (typeof value === 'boolean') return Number(value);
  return typeof value === 'string' || typeof value === 'number' ? value : JSON.stringify(value);
}
