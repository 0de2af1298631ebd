import { EXTENSION_SETTINGS, hostLists, type Strictness, userLevelHosts } from './browser-policies.js';
import { OTHER_SETTINGS, TEMPLATE_SETTINGS } from './examples.js';
import {
  numbered,
  type RegistryBrowser,
  type RegistryKey,
  registryKeyOf,
  settingsKey,
  type RegistryValue,
} from './registry.js';
import type { Setting } from './settings.js';

const HIVE = 'HKEY_LOCAL_MACHINE';

/** Name of our entry, a number, in lists that other programs use too. Chromium reads every value whose name is a number. */
const OUR_ENTRY = 7001;

/** Policy by which browsers install and update extensions. */
const INSTALLING = 'ExtensionSettings';

const HEAD = (what: string, { name }: RegistryBrowser): string[] => [
  'Windows Registry Editor Version 5.00',
  '',
  `; ${what} ${name}`,
];

/** Writes a file for `reg import` that adds our policies to the policies of a computer. */
export function registryFile(
  browser: RegistryBrowser,
  strictness: Strictness,
  settings: Readonly<Record<string, Setting>>,
): string {
  const base = settingsKey(browser);
  return lines([
    ...HEAD('Cardwright for', browser),
    '; Put your own addresses in the place of example.com. What a group policy sets, it sets again, without these entries:',
    "; there, add them with the browser's own administrative template, and the settings with Cardwright.admx.",
    '',
    ...policyKeys(browser, strictness).flatMap(keyLines),
    '; Installs and updates the extension. Where there is already a value ExtensionSettings, this key would hide it:',
    '; there, add the same members to its JSON instead.',
    ...extensionKeys(browser).flatMap(keyLines),
    '; The settings of the extension',
    ...keysOf(base, TEMPLATE_SETTINGS).flatMap(keyLines),
    '; Other settings: remove the semicolons of those that you want.',
    ...Object.entries(OTHER_SETTINGS).flatMap(([name, value]) => [
      `; ${settings[name]?.title ?? name}`,
      ...keyLines(registryKeyOf(base, name, value)).map((line) => (line === '' ? '' : `;${line}`)),
    ]),
  ]);
}

/**
 * Writes a file for `reg import` that removes the additions of the open and the strict template. Two policies that others may need are removed only
 * if the administrator removes the semicolons.
 */
export function registryRemovalFile(browser: RegistryBrowser): string {
  const lists = policyKeys(browser, 'strict').filter(({ key }) => key !== browser.key);
  return lines([
    ...HEAD('Removes Cardwright from', browser),
    '',
    `[-${HIVE}\\${settingsKey(browser).replace(/\\policy$/, '')}]`,
    '',
    ...extensionKeys(browser).flatMap(({ key }) => [`[-${HIVE}\\${key}]`, '']),
    ...lists.flatMap(({ key }) => [`[${HIVE}\\${key}]`, `"${OUR_ENTRY}"=-`, '']),
    '; These two may be wanted by others: remove the semicolons where they are not.',
    `;[${HIVE}\\${browser.key}]`,
    ...['NativeHostsExecutablesLaunchDirectly', 'NativeMessagingUserLevelHosts'].map((name) => `;"${name}"=-`),
  ]);
}

function policyKeys({ key }: RegistryBrowser, strictness: Strictness): RegistryKey[] {
  // Without this policy, Chrome and Edge start hosts through cmd.exe, which some administrators forbid.
  const direct = { NativeHostsExecutablesLaunchDirectly: 1 };
  const users = Object.fromEntries(
    Object.entries(userLevelHosts(strictness)).map(([name, value]) => [name, Number(value)]),
  );
  return [
    { key, values: { ...direct, ...users } },
    ...Object.entries(hostLists(strictness)).map(([name, list]: [string, readonly string[]]) => ({
      key: `${key}\\${name}`,
      values: numbered(list, OUR_ENTRY),
    })),
  ];
}

/**
 * Returns the keys that install the extension and update it. Each extension has a subkey of its own. An address in `ExtensionInstallForcelist` would serve only
 * the installation (chromeenterprise.google/policies, "ExtensionSettings").
 */
function extensionKeys({ key }: RegistryBrowser): RegistryKey[] {
  return Object.entries(EXTENSION_SETTINGS).map(([id, values]) => registryKeyOf(`${key}\\${INSTALLING}`, id, values));
}

const keysOf = (base: string, values: Readonly<Record<string, unknown>>): RegistryKey[] =>
  Object.entries(values).map(([name, value]) => registryKeyOf(base, name, value));

const keyLines = ({ key, values }: RegistryKey): string[] => [
  `[${HIVE}\\${key}]`,
  ...Object.entries(values).map(([name, value]) => `${quoted(name)}=${dataOf(value)}`),
  '',
];

const dataOf = (value: RegistryValue): string =>
  typeof value === 'number' ? `dword:${value.toString(16).padStart(8, '0')}` : quoted(value);

const quoted = (text: string): string => `"${text.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`;

/** Joins lines with Windows line ends. The text is ASCII, which `reg import` accepts without a byte order mark. */
const lines = (text: readonly string[]): string => `${text.join('\r\n').trimEnd()}\r\n`;
