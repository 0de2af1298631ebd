import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { TEMPLATES } from '@cardwright/installers';
import { CHROMIUM_EXTENSION_ID, HOST_NAME } from '@cardwright/protocol/identity';
import { EXAMPLES, TEMPLATE_SETTINGS } from '../../../../installers/src/policies/examples.js';
import { readSettings, type Setting } from '../../../../installers/src/policies/settings.js';
import { type Registry, WHY_NO_WINE, WineRegistry } from './wine.js';

const KEYS = { chrome: 'Google\\Chrome', edge: 'Microsoft\\Edge' } as const;
const why = WHY_NO_WINE === null ? '' : ` (skipped: ${WHY_NO_WINE})`;

(WHY_NO_WINE === null ? describe : describe.skip)(`the .reg files, imported by Windows' own program${why}`, () => {
  let registry: WineRegistry;
  let scratch: string;
  beforeAll(() => {
    registry = new WineRegistry();
    scratch = mkdtempSync(path.join(tmpdir(), 'cardwright-reg-'));
  });
  afterAll(() => {
    registry.remove();
    rmSync(scratch, { recursive: true });
  });

  /** Imports a text; with `everything`, also the lines after semicolons. */
  function importText(text: string, everything = false): void {
    const file = path.join(scratch, 'edited.reg');
    writeFileSync(file, everything ? text.replaceAll(/^;(?=[["])/gm, '') : text);
    registry.import(file);
  }
  const read = (name: string): string => readFileSync(path.join(TEMPLATES, name), 'utf8');

  it.each(Object.entries(KEYS))('contain the settings that Chromium reads, and can be undone: %s', (browser, key) => {
    const root = `HKEY_LOCAL_MACHINE\\SOFTWARE\\Policies\\${key}`;
    const theirs = `Windows Registry Editor Version 5.00\r\n\r\n[${root}\\NativeMessagingAllowlist]\r\n"1"="org.other"\r\n`;
    importText(theirs);
    importText(read(`windows/${browser}-strict.reg`), true);
    const found = registry.query(root);
    expect(asChromiumReads(found, `${root}\\3rdparty\\extensions\\${CHROMIUM_EXTENSION_ID}\\policy`)).toEqual(EXAMPLES);
    expect(found).toMatchObject({
      [root]: { NativeHostsExecutablesLaunchDirectly: 1, NativeMessagingUserLevelHosts: 0 },
      [`${root}\\NativeMessagingBlocklist`]: { 7001: '*' },
      [`${root}\\NativeMessagingAllowlist`]: { 1: 'org.other', 7001: HOST_NAME },
      [`${root}\\ExtensionSettings\\${CHROMIUM_EXTENSION_ID}`]: {
        installation_mode: 'force_installed',
        update_url: 'https://cms.example.com/cardwright/update.xml',
        override_update_url: 1,
      },
    });
    importText(read(`windows/${browser}-remove.reg`), true);
    expect(registry.query(root)).toEqual({ [`${root}\\NativeMessagingAllowlist`]: { 1: 'org.other' } });
  });

  it.each(Object.entries(KEYS))('set only the settings of the open template: %s', (browser, key) => {
    const root = `HKEY_LOCAL_MACHINE\\SOFTWARE\\Policies\\${key}`;
    importText(read(`windows/${browser}.reg`));
    const found = registry.query(root);
    expect(found[root]).toEqual({ NativeHostsExecutablesLaunchDirectly: 1 });
    const settings = `${root}\\3rdparty\\extensions\\${CHROMIUM_EXTENSION_ID}\\policy`;
    expect(asChromiumReads(found, settings)).toEqual(TEMPLATE_SETTINGS);
  });
});

/** Reads the settings from the registry as Chromium does by the schema (components/policy/core/common/registry_dict.cc). */
function asChromiumReads(registry: Registry, key: string): Record<string, unknown> {
  const settings = readSettings();
  const own = Object.entries(registry[key] ?? {}).map(([name, value]) => [name, converted(settings[name], value)]);
  const subkeys = Object.entries(settings).flatMap(([name, setting]) => {
    const values = registry[`${key}\\${name}`];
    return values === undefined ? [] : [[name, fromSubkey(setting, values)]];
  });
  return Object.fromEntries([...own, ...subkeys]) as Record<string, unknown>;
}

function fromSubkey(setting: Setting, values: Registry[string]): unknown {
  if (setting.type === 'array') {
    const numbered = Object.entries(values).filter(([name]) => /^\d+$/.test(name));
    return numbered.map(([, value]) => converted(setting.items, value));
  }
  const schemaOf = (name: string): Setting | undefined => setting.properties?.[name] ?? setting.additionalProperties;
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, converted(schemaOf(name), value)]));
}

function converted(setting: Setting | undefined, value: string | number): unknown {
  switch (setting?.type) {
    case 'boolean':
      return Number(value) !== 0;
    case 'integer':
      return Number(value);
    case 'array':
    case 'object':
      return JSON.parse(String(value));
    default:
      return value;
  }
}
