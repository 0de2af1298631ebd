import path from 'node:path';
import type { Package } from '../package.js';
import { layOutHost } from './host-folder.js';
import { writeHostRpm } from './host-linux/rpm.js';

/** The host for Fedora, RHEL and openSUSE. */
export const hostRpm: Package = {
  name: 'host-rpm',
  build({ version, epoch, fleet, output, scratch }) {
    const host = scratch('host-linux-x64');
    layOutHost('linux-x64', host, fleet);
    const file = path.join(output, `cardwright-host-${version}-1.x86_64.rpm`);
    writeHostRpm({ host, version, epoch, scratch: scratch('rpm'), file });
  },
};
