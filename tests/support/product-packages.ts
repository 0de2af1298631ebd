import { copyFileSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { PACKAGES, PRODUCT_FLEET } from '@cardwright/installers';
import { PRODUCT_VERSION } from '@cardwright/protocol/identity';
import { withFolderMadeOnce } from './made-once.js';

/** Time of the files in the packages, in seconds since 1970. */
const EPOCH = 1_795_515_630;
const PORTAL_DEB = 'portal-deb';

/**
 * Puts a product of `npm run package` into a folder, and resolves to the paths of its files there. A run makes it once, from what was built.
 *
 * @param name of the package, such as `host-deb`
 */
export function putPackage(name: string, folder: string): Promise<readonly string[]> {
  return withFolderMadeOnce(
    `package-${name}`,
    (output) => buildPackage(name, output),
    (kept) =>
      readdirSync(kept).map((file) => {
        const copy = path.join(folder, file);
        copyFileSync(path.join(kept, file), copy);
        return copy;
      }),
  );
}

/** Puts the portal's Debian package into a folder, and resolves to its file. */
export async function putPortalDeb(folder: string): Promise<string> {
  const [file] = await putPackage(PORTAL_DEB, folder);
  if (file === undefined) throw new Error(`The package ${PORTAL_DEB} has no file.`);
  return file;
}

/**
 * Makes a package into a folder, whatever the run has made before.
 *
 * @param umask of the person who packages; by default Debian's
 */
export async function buildPackage(name: string, output: string, umask = 0o022): Promise<void> {
  const wanted = PACKAGES.find((one) => one.name === name);
  if (wanted === undefined) throw new Error(`There is no package ${name}.`);
  const scratches = mkdtempSync(path.join(tmpdir(), 'cardwright-package-'));
  const before = process.umask(umask);
  try {
    await wanted.build({
      version: PRODUCT_VERSION,
      epoch: EPOCH,
      fleet: PRODUCT_FLEET,
      output,
      scratch: (scratch) => mkdtempSync(path.join(scratches, `${scratch}-`)),
    });
  } finally {
    process.umask(before);
    rmSync(scratches, { recursive: true });
  }
}
