import { mkdtempSync } from 'node:fs';
import path from 'node:path';
import { PACKAGES } from '@cardwright/installers';
import { PRODUCT_VERSION } from '@cardwright/protocol/identity';

const EPOCH = 1_700_000_000;

/** Builds the portal's Debian package in a folder from the built portal; resolves to its file. */
export async function buildPortalDeb(folder: string): Promise<string> {
  const portal = PACKAGES.find(({ name }) => name === 'portal-deb');
  if (portal === undefined) throw new Error('There is no package portal-deb.');
  await portal.build({
    version: PRODUCT_VERSION,
    epoch: EPOCH,
    output: folder,
    scratch: (name) => mkdtempSync(path.join(folder, `${name}-`)),
  });
  return path.join(folder, `cardwright-portal_${PRODUCT_VERSION}_amd64.deb`);
}
