import path from 'node:path';
import type { Package } from '../package.js';
import { layOutHost } from './host-folder.js';
import { writeTarGz } from '../parts/tar.js';

/** The host for macOS, to be unpacked anywhere; `./cardwright-host install` then registers the host. */
export const hostMacos: Package = {
  name: 'host-macos',
  build({ version, epoch, fleet, output, scratch }) {
    for (const target of ['darwin-x64', 'darwin-arm64'] as const) {
      const name = `cardwright-host-${version}-${target.replace('darwin', 'macos')}`;
      const folder = scratch('host-macos');
      const host = path.join(folder, name);
      layOutHost(target, host, fleet);
      writeTarGz({ from: folder, file: path.join(output, `${name}.tar.gz`), epoch });
    }
  },
};
