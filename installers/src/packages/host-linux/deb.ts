import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { writeDeb } from '../../parts/deb.js';
import { addDebianDocuments } from '../../parts/debian-documents.js';
import { debianCopyright } from '../../parts/debian-copyright.js';
import { addManual } from '../../parts/manual.js';
import { LICENCES } from '../../parts/third-party.js';
import { AFTER_INSTALLATION } from './after-installation.js';
import { beforeRemoval } from './before-removal.js';
import { LIBRARIES } from './libraries.js';
import { HOST_MANUAL } from './manual.js';
import { OVERRIDES } from './overrides.js';
import { HOST_FOLDER, layOutLinuxTree } from './tree.js';
import { DESCRIPTION, MAINTAINER, SUMMARY } from './words.js';

const NAME = 'cardwright-host';

export interface HostDebOptions {
  /** Folder of the host, laid out for the architecture (`layOutHost`). */
  readonly host: string;
  readonly architecture: 'amd64' | 'arm64';
  readonly version: string;
  readonly epoch: number;
  /** Empty folder for the package's tree. */
  readonly scratch: string;
  /** Path of the `.deb`. */
  readonly file: string;
}

/**
 * Writes the host's Debian package. The manifests below `/etc` are not conffiles: nobody edits the manifests, and the removal of the package
 * deletes them.
 */
export function writeHostDeb({ host, architecture, version, epoch, scratch, file }: HostDebOptions): void {
  layOutLinuxTree({ root: scratch, host, mozilla: ['/usr/lib/mozilla'] });
  tellLicences(scratch);
  addManual(scratch, HOST_MANUAL);
  addDebianDocuments(scratch, { name: NAME, version, epoch, maintainer: MAINTAINER, overrides: OVERRIDES });
  writeDeb({
    root: scratch,
    control: {
      Package: NAME,
      Version: version,
      Architecture: architecture,
      Maintainer: MAINTAINER,
      Section: 'utils',
      Priority: 'optional',
      Depends: ['pcscd', ...LIBRARIES.map(({ deb }) => deb)].join(', '),
      Description: [SUMMARY, ...DESCRIPTION].join('\n '),
    },
    scripts: {
      postinst: `#!/bin/sh\nset -e\n${AFTER_INSTALLATION}`,
      prerm: `#!/bin/sh\nset -e\n${beforeRemoval('[ "$1" = remove ]')}`,
    },
    file,
    epoch,
  });
}

/**
 * Puts all licences into the one file where Debian expects them (Policy 12.5), instead of the host's folder. Even the smallest Debian systems keep
 * that file.
 */
function tellLicences(root: string): void {
  const folder = path.join(root, 'usr/share/doc', NAME);
  mkdirSync(folder, { recursive: true });
  writeFileSync(path.join(folder, 'copyright'), debianCopyright('host'));
  for (const name of LICENCES) rmSync(path.join(root, HOST_FOLDER, name));
}
