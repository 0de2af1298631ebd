import { cpSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { computerPlaces, LAUNCHER_NAME, manifestText } from '@cardwright/native-host';
import { installDocuments } from '../../parts/installed-documents.js';
import { idsObeyedBy } from '../host-folder.js';
import { HOST_DOCUMENT_FOLDER, HOST_DOCUMENTS } from './documents.js';

/** The host's folder on a computer. */
export const HOST_FOLDER = '/usr/lib/cardwright-host';

export interface LinuxTreeOptions {
  /** Empty folder that stands for `/`. */
  readonly root: string;
  /** Folder of the host, laid out for the target (`layOutHost`). */
  readonly host: string;
  /** Folders in which Firefox looks for manifests, depending on the distribution's build: `/usr/lib/mozilla` or `/usr/lib64/mozilla`. */
  readonly mozilla: readonly string[];
}

/**
 * Lays out the content of a package: the host, `/usr/bin/cardwright-host`, its documents, and a manifest in each folder where browsers look for manifests. The
 * manifests are files of the package, so no script has to write or remove them.
 *
 * @returns the absolute paths of the manifests
 */
export function layOutLinuxTree({ root, host, mozilla }: LinuxTreeOptions): string[] {
  cpSync(host, path.join(root, HOST_FOLDER), { recursive: true });
  mkdirSync(path.join(root, 'usr/bin'));
  symlinkSync(
    path.posix.join('..', 'lib', path.basename(HOST_FOLDER), LAUNCHER_NAME),
    path.join(root, 'usr/bin', LAUNCHER_NAME),
  );
  installDocuments(path.join(root, HOST_DOCUMENT_FOLDER), HOST_DOCUMENTS);
  const places = computerPlaces('linux').filter(
    ({ flavour, manifest }) => flavour === 'chromium' || mozilla.some((folder) => manifest.startsWith(`${folder}/`)),
  );
  for (const { flavour, manifest } of places) {
    const file = path.join(root, manifest);
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, manifestText(flavour, `${HOST_FOLDER}/${LAUNCHER_NAME}`, idsObeyedBy(host)));
  }
  return places.map(({ manifest }) => manifest);
}
