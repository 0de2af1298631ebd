import { CardwrightError } from '@cardwright/protocol';
import { waitFor } from '../../../support/wait-for.js';
import { passkeyStage } from '../../../support/scripted-stages.js';
import { blocked, yubikey } from './devices.js';
import { erasing } from './erase.js';
import { passkey } from './passkey.js';
import type { Scene, Scenes } from './scene.js';

const IN_KEYS = '>>> rect[width="33"]';

const awayWith = (code: 'CMS_UNREACHABLE' | 'CA_UNAVAILABLE'): Scene => ({
  script: { devices: [yubikey] },
  cms: (cms) => cms.goAway('results', ...Array.from({ length: 9 }, () => new CardwrightError(code))),
  awaits: '>>> .bar',
  // From the second try on, the wizard shows why it waits.
  act: (_page, cms) => cms.receives('/results', 2),
});

export const progressScenes: Scenes = [
  { name: 'device-one-busy', script: { devices: [yubikey], isDeviceBusy: true }, awaits: '>>> .bar' },
  { name: 'issuing', script: { devices: [yubikey], held: ['keys'] }, awaits: IN_KEYS },
  {
    name: 'issuing-stalled',
    script: { devices: [yubikey], held: ['keys'] },
    awaits: IN_KEYS,
    act: async (page) => {
      // A minute later.
      await page.evaluate(() => {
        const now = performance.now.bind(performance);
        Object.assign(performance, { now: () => now() + 60_000 });
      });
      await waitFor(page, '>>> cardwright-stall-clock >>> p:not(:empty)');
    },
  },
  {
    name: 'passkey-being-made',
    ...passkey('fido.createCredential answered', 'being-made', passkeyStage('host', 'separate')),
    awaits: '>>> rect[width="80"]',
  },
  { name: 'erasing', ...erasing('reset answered', 'progress') },
  { name: 'portal-away', ...awayWith('CMS_UNREACHABLE') },
  { name: 'authority-away', ...awayWith('CA_UNAVAILABLE') },
  {
    name: 'unlock-securing',
    dialog: 'cardwright-unlock',
    script: { devices: [blocked], held: ['secure'] },
    awaits: '>>> rect[width="83"]',
  },
  {
    name: 'give-back-erasing',
    dialog: 'cardwright-erase',
    script: { devices: [yubikey], held: ['erase'] },
    awaits: IN_KEYS,
  },
];
