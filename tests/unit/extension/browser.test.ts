// Needs the build.
import { runInNewContext } from 'node:vm';
import path from 'node:path';
import { expect, it } from '@jest/globals';
import { build } from 'esbuild';
import { moduleOptions } from '../../../extension/bundle-options.mjs';

const SOURCES = path.resolve(import.meta.dirname, '../../../extension/src');

it.each([
  ['chromium', 'chrome'],
  ['firefox', 'browser'],
] as const)('the scripts for %s use its global `%s`', async (kind, name) => {
  const { outputFiles } = await build({
    ...(await moduleOptions('pages', kind)),
    stdin: { contents: "export { browser } from './browser.js';", resolveDir: SOURCES },
    format: 'iife',
    globalName: 'bundled',
    write: false,
  });
  const found: unknown = runInNewContext(`${outputFiles[0]?.text ?? ''}; bundled.browser.name`, { [name]: { name } });
  expect(found).toBe(name);
});
