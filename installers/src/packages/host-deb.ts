import path from 'node:path';
import type { Package } from '../package.js';
import { layOutHost } from './host-folder.js';
import { writeHostDeb } from './host-linux/deb.js';

/** The host for Debian and Ubuntu. */
export const hostDeb: Package = {
  name: 'host-deb',
  build({ version, epoch, fleet, output, scratch }) {
    for (const [target, architecture] of [['linux-x64', 'amd64'] as const, ['linux-arm64', 'arm64'] as const]) {
      const host = scratch(`host-${target}`);
      layOutHost(target, host, fleet);
      const file = path.join(output, `cardwright-host_${version}_${architecture}.deb`);
      writeHostDeb({ host, architecture, version, epoch, scratch: scratch('deb'), file });
    }
  },
};
