import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { FIREFOX_EXTENSION_ID } from '@cardwright/protocol/identity';
import * as v from 'valibot';
import type { Package, PackagingContext } from '../package.js';
import { inRepository } from '../parts/repository.js';
import { writeLicences } from '../parts/third-party.js';
import { writeZip } from '../parts/zip.js';
import { UPDATE_MANIFEST, writeCrx, type Hosting } from './extension/crx.js';

type Browser = 'chromium' | 'firefox';

/** The manifest of the extension, as far as packages differ in it. */
const manifestShape = v.looseObject({
  version_name: v.optional(v.string()),
  minimum_chrome_version: v.optional(v.string()),
  browser_specific_settings: v.optional(v.looseObject({ gecko: v.looseObject({}) })),
});
type Manifest = v.InferOutput<typeof manifestShape>;

/** Firefox's update manifest (extensionworkshop.com, "Updating your extension"). */
const FIREFOX_UPDATES = 'updates.json';
/** File name of the signed extension for Firefox, which Mozilla returns for the unlisted zip. The policy templates install it. */
const FIREFOX_FILE = 'cardwright-firefox.xpi';

/**
 * The extension: zips for the stores of Chrome and Edge and for Mozilla's, and for administrators who host it themselves, and so have named a key and an
 * address, a signed .crx and a zip that Mozilla signs as unlisted, each with its update manifest. Zips of one commit always have the same bytes, and so has
 * a .crx signed with the same key.
 */
export const extension: Package = {
  name: 'extension',
  build: async (context) => {
    await packExtension(context);
  },
};

/** Makes the zips, the .crx and the update manifests. @returns the id that the .crx has in Chromium; null if no .crx is made */
export async function packExtension(context: PackagingContext): Promise<{ id: string | null }> {
  const { key, base } = context.fleet;
  // Stores give the extension an id and update it themselves, and refuse or ignore what says otherwise.
  zip(context, 'chromium', fileOf(context, 'chromium'), (manifest) => ({ ...manifest, key: undefined }));
  zip(context, 'firefox', fileOf(context, 'firefox'), (manifest) => manifest);
  return { id: key === null ? null : await packHosted(context, { key, base }) };
}

const fileOf = ({ version, output }: PackagingContext, kind: string): string =>
  path.join(output, `cardwright-${version}-${kind}.zip`);

/** Makes what the administrator's own web server gives to browsers. @returns the id that the .crx has in Chromium */
async function packHosted(context: PackagingContext, hosting: Hosting): Promise<string> {
  const { version, output, scratch } = context;
  zip(context, 'firefox', fileOf(context, 'firefox-unlisted'), (manifest) => ({
    ...manifest,
    browser_specific_settings: {
      gecko: {
        ...manifest.browser_specific_settings?.gecko,
        update_url: new URL(FIREFOX_UPDATES, hosting.base).href,
      },
    },
  }));
  writeFileSync(path.join(output, FIREFOX_UPDATES), firefoxUpdates(version, hosting.base));
  const self = scratch('crx-content');
  const oldestBrowser = readManifest(built('chromium')).minimum_chrome_version ?? '';
  return writeCrx(
    {
      makeZip: (publicKey) => {
        const file = path.join(self, 'content.zip');
        zip(context, 'chromium', file, (manifest) => ({
          ...manifest,
          key: publicKey.toString('base64'),
          update_url: new URL(UPDATE_MANIFEST, hosting.base).href,
        }));
        return file;
      },
      version,
      oldestBrowser,
      output,
    },
    hosting,
  );
}

function zip(
  { version, epoch, scratch }: PackagingContext,
  browser: Browser,
  file: string,
  change: (manifest: Manifest) => object,
): void {
  const from = scratch(browser);
  cpSync(built(browser), from, { recursive: true });
  const asBuilt = readManifest(from);
  const manifest = {
    ...change(asBuilt),
    version,
    ...(asBuilt.version_name !== undefined && { version_name: asBuilt.version_name.replace(/^[^+]*/, version) }),
  };
  writeFileSync(path.join(from, 'manifest.json'), JSON.stringify(manifest, undefined, 2));
  writeLicences(browser, from);
  writeZip({ from, file, epoch });
}

const readManifest = (folder: string): Manifest =>
  v.parse(manifestShape, JSON.parse(readFileSync(path.join(folder, 'manifest.json'), 'utf8')));

const built = (browser: Browser): string => inRepository('extension', 'dist', browser);

/** Without a hash: Mozilla signs the file afterwards, and Firefox then requires https. */
const firefoxUpdates = (version: string, base: string): string =>
  `${JSON.stringify(
    { addons: { [FIREFOX_EXTENSION_ID]: { updates: [{ version, update_link: new URL(FIREFOX_FILE, base).href }] } } },
    undefined,
    2,
  )}\n`;
