import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { policyTemplates, TEMPLATES } from '@cardwright/installers';
import { EXAMPLES } from '../../../../installers/src/policies/examples.js';
import { readSettings, type Setting } from '../../../../installers/src/policies/settings.js';
import { cultureOf, policyWordsIn, settingWords } from '../../../../installers/src/policies/words.js';

const templates = policyTemplates();
const BY_HAND = ['README.md', '.gitattributes'];

/** Lists every file below a folder, by its path there. */
const filesBelow = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.relative(folder, path.join(entry.parentPath, entry.name)));

describe('the committed policy templates', () => {
  it('match the generated ones: otherwise run `npm run build` and commit them', () => {
    const committed = filesBelow(TEMPLATES).filter((name) => !BY_HAND.includes(name));
    expect(committed.sort()).toEqual([...templates.keys()].sort());
    for (const [name, text] of templates) expect(readFileSync(path.join(TEMPLATES, name), 'utf8')).toBe(text);
  });

  it('are described in their README', () => {
    const readme = readFileSync(path.join(TEMPLATES, 'README.md'), 'utf8');
    for (const name of templates.keys()) expect(readme).toContain(path.basename(name));
  });

  it.each([...templates.keys()])('cannot be used unedited: every address of %s is an example', (name) => {
    const text = templates.get(name) ?? '';
    const hosts = [...text.matchAll(/https?:\/\/([\w.-]+)/g)].map(([, host = '']) => host);
    const others = hosts.filter((host) => !host.endsWith('example.com'));
    const known = ['login.microsoft.com', 'schemas.microsoft.com', 'www.apple.com'];
    expect(others.filter((host) => !known.includes(host))).toEqual([]);
    // The group policy editor is empty at first, and undoing names nothing.
    if (!/remove|admx$/.test(name)) expect(text.includes('https://cms.example.com')).toBe(true);
  });

  it.each([...templates.keys()].filter((name) => !/strict|remove/.test(name)))('forbid no other host: %s', (name) => {
    const text = templates.get(name) ?? '';
    expect(text).not.toMatch(/NativeMessagingBlocklist|NativeMessagingUserLevelHosts/);
  });

  it('are plain enough for a registry editor: ASCII, with Windows line ends', () => {
    for (const [name, text] of templates) {
      if (!name.endsWith('.reg')) continue;
      expect(text).toMatch(/^Windows Registry Editor Version 5\.00\r\n([\x20-\x7e]*\r\n)*$/);
    }
  });
});

describe('the settings of the extension', () => {
  const settings = readSettings();

  it('have an example each that the schema allows', () => {
    expect(Object.keys(EXAMPLES)).toEqual(Object.keys(settings));
    for (const [name, setting] of Object.entries(settings)) expect(faultsOf(setting, EXAMPLES[name], name)).toEqual([]);
  });

  it('have German words each, as many as the English ones', () => {
    const german = policyWordsIn('de');
    const check = (at: readonly string[], { title, description, properties = {} }: Setting): void => {
      if (title !== undefined) {
        const words = settingWords(german, at);
        expect({ at, told: words.description !== undefined }).toEqual({ at, told: description !== undefined });
        expect(words.title).not.toBe(title);
      }
      for (const [name, inner] of Object.entries(properties)) check([...at, name], inner);
    };
    for (const [name, setting] of Object.entries(settings)) check([name], setting);
  });
});

describe('the folder of a language', () => {
  it('is named as on Windows, with the country of most of its speakers', () => {
    expect(['en', 'de', 'fr', 'ja'].map(cultureOf)).toEqual(['en-US', 'de-DE', 'fr-FR', 'ja-JP']);
  });
});

/** Lists the values that do not fit their schema. */
function faultsOf(setting: Setting, value: unknown, at: string): string[] {
  const {
    type,
    enum: allowed,
    minimum = -Infinity,
    maximum = Infinity,
    properties,
    additionalProperties,
    items,
  } = setting;
  if (type === 'array') {
    if (!Array.isArray(value)) return [at];
    return items === undefined ? [] : value.flatMap((one) => faultsOf(items, one, `${at}[]`));
  }
  if (type === 'object') {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return [at];
    return Object.entries(value).flatMap(([name, inner]) => {
      const schema = properties?.[name] ?? additionalProperties;
      return schema === undefined ? [`${at}.${name}`] : faultsOf(schema, inner, `${at}.${name}`);
    });
  }
  if (type === 'integer')
    return Number.isInteger(value) && Number(value) >= minimum && Number(value) <= maximum ? [] : [at];
  if (typeof value !== type) return [at];
  return allowed === undefined || allowed.includes(String(value)) ? [] : [at];
}
