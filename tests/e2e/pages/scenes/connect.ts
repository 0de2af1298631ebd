import type { DeviceInfo } from '@cardwright/protocol/devices';
import { click, waitFor } from '../../../support/wait-for.js';
import { blocked, used, yubikey } from './devices.js';
import { ERROR, type Scene, type Scenes } from './scene.js';

const PUK_SPENT =
  'This device can’t get a new PIN any more: too many wrong PUKs were given to it. It can only be erased and set up again.';

/** The wizard while it waits for a device that was pulled. */
export const pulled = (now: readonly DeviceInfo[], awaited: string): Scene => ({
  script: { devices: [yubikey], pulledAt: 'keys' },
  awaits: ERROR,
  act: async (page) => {
    await page.evaluate((devices) => window.extension.setDevices(devices), [...now]);
    await click(page, '>>> #retry');
    await waitFor(page, awaited);
  },
});

export const connectScenes: Scenes = [
  { name: 'device-none', script: { devices: [] }, awaits: '>>> .illustration' },
  {
    name: 'device-refused',
    script: { devices: [used] },
    cms: (cms) => cms.refused.set(used.id, 'This device is already set up for you.'),
    awaits: '>>> .refused',
  },
  { name: 'device-wanted', ...pulled([], '>>> .wanted') },
  {
    name: 'change-pin-refused',
    dialog: 'cardwright-change-pin',
    script: { devices: [used] },
    cms: (cms) => cms.refused.set(used.id, 'This device belongs to someone else.'),
    awaits: '>>> .refused',
  },
  {
    name: 'change-pin-refused-blocked',
    dialog: 'cardwright-change-pin',
    script: { devices: [blocked] },
    cms: (cms) => cms.refused.set(blocked.id, 'The PIN of this device is blocked.'),
    awaits: '>>> #unlock',
  },
  {
    name: 'unlock-refused',
    dialog: 'cardwright-unlock',
    script: { devices: [used] },
    cms: (cms) => cms.refused.set(used.id, PUK_SPENT),
    awaits: '>>> .refused',
  },
  {
    name: 'erase-refused',
    dialog: 'cardwright-erase',
    script: { devices: [used] },
    cms: (cms) => cms.refused.set(used.id, 'This device belongs to someone else.'),
    awaits: '>>> .refused',
  },
];
