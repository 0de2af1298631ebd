import { mkdtempSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { PACKAGES, PRODUCT_FLEET } from '@cardwright/installers';
import { PRODUCT_VERSION } from '@cardwright/protocol/identity';
import { madeOnce } from './made-once.js';

const EPOCH = 1_700_000_000;
const NAME = `cardwright-portal_${PRODUCT_VERSION}_amd64.deb`;

/** Puts the portal's Debian package into a folder, and resolves to its file. A run builds it once, from the built portal. */
export async function buildPortalDeb(folder: string): Promise<string> {
  const file = path.join(folder, NAME);
  await writeFile(file, await madeOnce(NAME, () => build(folder)));
  return file;
}

async function build(folder: string): Promise<Buffer> {
  const portal = PACKAGES.find(({ name }) => name === 'portal-deb');
  if (portal === undefined) throw new Error('There is no package portal-deb.');
  await portal.build({
    version: PRODUCT_VERSION,
    epoch: EPOCH,
    output: folder,
    fleet: PRODUCT_FLEET,
    scratch: (name) => mkdtempSync(path.join(folder, `${name}-`)),
  });
  return readFile(path.join(folder, NAME));
}
