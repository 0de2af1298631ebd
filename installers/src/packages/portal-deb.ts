import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { Package } from '../package.js';
import { writeDeb } from '../parts/deb.js';
import { addDebianDocuments } from '../parts/debian-documents.js';
import { addManual, manualFor } from '../parts/manual.js';
import { inRepository } from '../parts/repository.js';
import { LIBRARIES } from './host-linux/libraries.js';
import { MAINTAINER } from './host-linux/words.js';
import { OVERRIDES } from './portal/overrides.js';
import { layOutPortal, SETTINGS_FILES } from './portal/tree.js';

/** Libraries of the system that Node.js loads. A test compares this list with the program. */
const NODE_LOADS = ['libatomic.so.1', 'libc.so.6', 'libgcc_s.so.1', 'libstdc++.so.6'];
const NAME = 'cardwright-portal';
const MANUAL = manualFor('/usr/share/man/man8/cardwright-portal.8.gz', 'portal');
const SCRIPTS = ['postinst', 'prerm', 'postrm'];

/** The portal for Debian and Ubuntu: a service, which starts after `cardwright-portal init` has made the portal's keys and an operator. */
export const portalDeb: Package = {
  name: 'portal-deb',
  build({ version, epoch, output, scratch }) {
    const root = scratch('portal-deb');
    layOutPortal(root);
    addManual(root, MANUAL);
    addDebianDocuments(root, { name: NAME, version, epoch, maintainer: MAINTAINER, overrides: OVERRIDES });
    writeDeb({
      root,
      control: {
        Package: NAME,
        Version: version,
        Architecture: 'amd64',
        Maintainer: MAINTAINER,
        Section: 'web',
        Priority: 'optional',
        // The package's script makes the portal's user with `useradd`.
        Depends: ['passwd', ...librariesOfNode()].join(', '),
        Suggests: 'postgresql',
        Description: [
          'Issue smart cards and security keys from a web page: the portal',
          'The portal where people add their smart cards and security keys, and where',
          'operators manage them, as a service of its own with an embedded database or',
          'PostgreSQL. It brings its own Node.js.',
        ].join('\n '),
      },
      scripts: Object.fromEntries(
        SCRIPTS.map((name) => [name, readFileSync(inRepository('installers', 'portal', 'debian', name), 'utf8')]),
      ),
      conffiles: SETTINGS_FILES,
      file: path.join(output, `cardwright-portal_${version}_amd64.deb`),
      epoch,
    });
  },
};

const librariesOfNode = (): readonly string[] =>
  LIBRARIES.filter(({ soname }) => NODE_LOADS.includes(soname)).map(({ deb }) => deb);
