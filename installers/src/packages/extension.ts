import { cpSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { CHROMIUM_EXTENSION_ID } from '@cardwright/protocol/identity';
import * as v from 'valibot';
import type { Package, PackagingContext } from '../package.js';
import { inRepository } from '../parts/repository.js';
import { writeLicences } from '../parts/third-party.js';
import { writeZip } from '../parts/zip.js';
import { writeCrx } from './extension/crx.js';
import { NOWHERE, readExtensionSettings, type ExtensionSettings } from './extension/settings.js';

const BROWSERS = ['chromium', 'firefox'] as const;
type Browser = (typeof BROWSERS)[number];

const chromiumManifest = v.object({ minimum_chrome_version: v.string() });

/**
 * The extension: zips for the stores of Chrome and Edge and for Firefox, and a signed .crx with its update manifest for administrators
 * who host it themselves. Zips of one commit always have the same bytes, and so has a .crx signed with the same key.
 */
export const extension: Package = {
  name: 'extension',
  build: async (context) => {
    const settings = readExtensionSettings(process.env);
    const { id } = await packExtension(context, settings);
    for (const line of whatToKnow(id, settings)) console.log(`  ${line}`);
  },
};

/** Makes the zips and the .crx. @returns the id that the .crx has in Chromium */
export async function packExtension(context: PackagingContext, settings: ExtensionSettings): Promise<{ id: string }> {
  const { version, epoch, output } = context;
  const zipOf = (browser: Browser): string => path.join(output, `cardwright-${version}-${browser}.zip`);
  for (const browser of BROWSERS) {
    const from = context.scratch(browser);
    cpSync(built(browser), from, { recursive: true });
    writeLicences(browser, from);
    writeZip({ from, file: zipOf(browser), epoch });
  }
  const manifest = v.parse(
    chromiumManifest,
    JSON.parse(readFileSync(path.join(built('chromium'), 'manifest.json'), 'utf8')),
  );
  const oldestBrowser = manifest.minimum_chrome_version;
  return {
    id: await writeCrx(
      { zip: zipOf('chromium'), version, oldestBrowser, output, scratch: context.scratch('crx') },
      settings,
    ),
  };
}

const built = (browser: Browser): string => inRepository('extension', 'dist', browser);

/** Lists warnings that the person who packages should see at once. */
export function whatToKnow(id: string, { key, base }: ExtensionSettings): string[] {
  const lines: string[] = [];
  if (key === null) lines.push(`The .crx is signed with a test key (id ${id}): name your own by CARDWRIGHT_CRX_KEY.`);
  else if (id !== CHROMIUM_EXTENSION_ID) {
    lines.push(`The .crx has the id ${id}, and the host admits ${CHROMIUM_EXTENSION_ID}: see docs/deploy.md.`);
  }
  if (base === NOWHERE) lines.push(`update.xml leads to ${NOWHERE}: name your own address by CARDWRIGHT_UPDATE_BASE.`);
  return lines;
}
