import { pulled } from './connect.js';
import { left, right, used, yubikey } from './devices.js';
import { erasing } from './erase.js';
import type { Scenes } from './scene.js';
import { click } from '../../../support/wait-for.js';

export const chooseScenes: Scenes = [
  {
    name: 'device-several',
    script: { devices: [left, right, used] },
    cms: (cms) => cms.refused.set(used.id, 'This device is already set up for you.'),
    awaits: '>>> #next',
    act: async (page) => click(page, '>>> input[type=radio]'),
  },
  {
    name: 'device-continue',
    script: { devices: [yubikey, used] },
    cms: (cms) => void cms.verdicts.set(used.id, { action: 'continue', reason: 'Setup was interrupted.' }),
    awaits: '>>> .action',
  },
  { name: 'device-wanted-missing', ...pulled([used], '>>> .notice') },
  { name: 'erase-chosen', ...erasing('authenticate') },
];
