import { FORCE_LIST_ENTRY, hostLists, type Strictness, userLevelHosts } from './browser-policies.js';
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
  // The extension is installed by a list, not by ExtensionSettings: a subkey of this name would hide a value of this name, which may contain
  // settings for all other extensions.
  const lists = { ...hostLists(strictness), ExtensionInstallForcelist: [FORCE_LIST_ENTRY] };
  return [
    { key, values: { ...direct, ...users } },
    ...Object.entries(lists).map(([name, list]) => ({ key: `${key}\\${name}`, values: numbered(list, OUR_ENTRY) })),
  ];
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
