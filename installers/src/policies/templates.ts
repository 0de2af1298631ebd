import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { LANGUAGES } from '@cardwright/words';
import { CHROMIUM_EXTENSION_ID } from '@cardwright/protocol/identity';
import { NOWHERE, type Fleet } from '../fleet.js';
import { inRepository } from '../parts/repository.js';
import { adml } from './adml.js';
import { admx } from './admx.js';
import type { Strictness } from './browser-policies.js';
import { allSettingsJson, chromiumJson, firefoxJson } from './json-templates.js';
import { chromiumProfile, firefoxProfile } from './property-list.js';
import { registryFile, registryRemovalFile } from './registry-file.js';
import { REGISTRY_BROWSERS } from './registry.js';
import { readSettings } from './settings.js';
import { cultureOf, policyWordsIn } from './words.js';

/** Folder of the templates. The templates are committed, so that an administrator can take them from a clone. */
export const TEMPLATES = inRepository('installers', 'policies');

/** The only file of the folder that is not generated. */
const WRITTEN_BY_HAND = 'README.md';

/** The two templates of a Chromium-based browser, with the suffixes of their file names. Firefox has only one template. */
const STRICTNESSES: readonly (readonly [strictness: Strictness, suffix: string])[] = [
  ['open', ''],
  ['strict', '-strict'],
];

/** Makes every template: its path below `TEMPLATES`, and its text. */
export function policyTemplates(): ReadonlyMap<string, string> {
  const settings = readSettings();
  return new Map([
    ...STRICTNESSES.flatMap(([strictness, suffix]): [string, string][] => [
      [`linux/chrome${suffix}.json`, chromiumJson(strictness)],
      [`linux/edge${suffix}.json`, chromiumJson(strictness)],
      [`macos/chrome${suffix}.mobileconfig`, chromiumProfile('Chrome', 'com.google.Chrome', strictness)],
      [`macos/edge${suffix}.mobileconfig`, chromiumProfile('Edge', 'com.microsoft.Edge', strictness)],
      ...REGISTRY_BROWSERS.map((browser): [string, string] => [
        `windows/${browser.id}${suffix}.reg`,
        registryFile(browser, strictness, settings),
      ]),
    ]),
    ...REGISTRY_BROWSERS.map((browser): [string, string] => [
      `windows/${browser.id}-remove.reg`,
      registryRemovalFile(browser),
    ]),
    ['windows/Cardwright.admx', admx(settings)],
    ...LANGUAGES.map((language): [string, string] => [
      `windows/${cultureOf(language)}/Cardwright.adml`,
      adml(settings, policyWordsIn(language)),
    ]),
    ['macos/firefox.mobileconfig', firefoxProfile()],
    ['firefox/policies.json', firefoxJson()],
    ['all-settings.json', allSettingsJson()],
  ]);
}

/** Makes every template for a fleet, with its id of the extension and the address of its updates. */
export const templatesOf = ({ chromiumId, base }: Pick<Fleet, 'chromiumId' | 'base'>): ReadonlyMap<string, string> =>
  new Map(
    Array.from(policyTemplates(), ([name, text]) => [
      name,
      text.replaceAll(CHROMIUM_EXTENSION_ID, chromiumId).replaceAll(NOWHERE, base),
    ]),
  );

/** Writes all templates. First deletes everything in the folder but the README and hidden files. */
export function writePolicyTemplates(folder = TEMPLATES): void {
  mkdirSync(folder, { recursive: true });
  for (const name of readdirSync(folder)) {
    if (name !== WRITTEN_BY_HAND && !name.startsWith('.')) rmSync(path.join(folder, name), { recursive: true });
  }
  for (const [name, text] of policyTemplates()) {
    const file = path.join(folder, name);
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, text);
  }
}
