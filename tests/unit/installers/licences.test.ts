// Needs the build.
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { bundledPackages } from '../../../installers/src/parts/bundled-packages.js';
import { licenceTextOf } from '../../../installers/src/parts/licence-text.js';
import { partsOf, thirdPartyNotice } from '../../../installers/src/parts/third-party.js';

describe.each(['chromium', 'firefox'] as const)('the extension for %s', (browser) => {
  const parts = partsOf(browser);

  it('has a licence for each package in its bundles, and for the list of public suffixes', () => {
    const bundled = bundledPackages(`extension/dist/metafiles/${browser}.json`);
    expect(bundled).toContain('node_modules/webextension-polyfill');
    const names = bundled.map((folder) => folder.replace(/^.*node_modules\//, ''));
    expect(parts.map(({ name }) => name)).toEqual(expect.arrayContaining([...names, 'Public Suffix List']));
  });

  it('tells where the source of each work is, which MPL-2.0 demands', () => {
    const notice = thirdPartyNotice(browser);
    for (const name of ['webextension-polyfill 0.12.0', 'Public Suffix List'])
      expect(notice).toContain(`\n${name} (MPL-2.0)\nSource: https://`);
    expect(notice).toContain('Mozilla Public License Version 2.0');
    expect(parts.filter(({ source }) => !URL.canParse(source))).toEqual([]);
  });

  it('names nothing that only builds or is left out', () => {
    expect(parts.filter(({ name }) => /^(?:esbuild|typescript|lit|@cardwright\/.*)$/.test(name))).toEqual([]);
  });
});

describe('the licence text of a package', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'cardwright-licence-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  it('is what the package brings, in each of its files', () => {
    writeFileSync(path.join(folder, 'LICENCE'), 'Do as you like.\n');
    writeFileSync(path.join(folder, 'NOTICE.txt'), 'By us.\n');
    expect(licenceTextOf('any', folder, 'MIT')).toBe('Do as you like.\n\nBy us.');
  });

  it('is whole where the package only refers to it', () => {
    writeFileSync(path.join(folder, 'LICENSE'), 'Licensed under the Apache License, Version 2.0.');
    const text = licenceTextOf('any', folder, 'Apache-2.0');
    expect(text).toMatch(/^Licensed under the Apache License/);
    expect(text).toContain('END OF TERMS AND CONDITIONS');
  });

  it('is ours where the package brings none', () => {
    expect(licenceTextOf('qrcode-generator', folder, 'MIT')).toContain('Copyright (c) 2009 Kazuhiko Arase');
  });

  it('is never missing: nothing is packaged without it', () => {
    mkdirSync(path.join(folder, 'licenses'));
    writeFileSync(path.join(folder, 'README.md'), 'MIT');
    expect(() => licenceTextOf('@someone/some-work', folder, 'MIT')).toThrow(/@someone\/some-work comes without/);
  });
});

it('has no text for a work that is not shipped', () => {
  const files = readdirSync(path.resolve(import.meta.dirname, '../../../installers/licences'));
  expect(files.sort()).toEqual(
    [
      // Texts to which several works refer.
      ...['Apache-2.0', 'MPL-2.0'],
      // A work in Node.js.
      'libffi',
      // Works in PGlite.
      ...['emscripten', 'icu', 'musl', 'postgresql'],
      // npm packages in the portal without a text of their own.
      ...['abstract-logging', 'drizzle-orm', 'pg-types', 'pgpass', 'qrcode-generator'],
    ]
      .map((name) => `${name}.txt`)
      .sort(),
  );
});
