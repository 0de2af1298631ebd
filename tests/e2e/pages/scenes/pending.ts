import { CardwrightError } from '@cardwright/protocol';
import { yubikey } from './devices.js';
import type { Scenes } from './scene.js';

const script = { devices: [yubikey], pinError: new CardwrightError('USER_CANCELLED').toWire() };

export const pendingScenes: Scenes = [
  {
    name: 'pin-pending',
    script,
    cms: (cms) => {
      cms.givesPinUp = true;
    },
    awaits: '>>> .badge.warn',
  },
  { name: 'pin-pending-retry', script, awaits: '>>> #retry' },
];
