import { CardwrightError } from '@cardwright/protocol';
import { waitFor } from '../../../support/wait-for.js';
import { yubikey } from './devices.js';
import type { Scene, Scenes } from './scene.js';

const WANTED = new CardwrightError('LOGIN_REQUIRED', { fresh: true });

/** The CMS asks several times for a fresh proof of identity. */
const proving = (hasForm: boolean, times: number): Scene => ({
  dialog: 'cardwright-change-pin',
  script: { devices: [yubikey] },
  hasProofForm: hasForm,
  cms: (cms) => cms.goAway('operations', ...Array.from({ length: times }, () => WANTED)),
  awaits: '>>> cardwright-dialog[data-pane=prove] #cancel',
});

export const proveScenes: Scenes = [
  { name: 'prove', ...proving(true, 1) },
  {
    name: 'prove-again',
    ...proving(true, 2),
    act: async (page) => {
      await page.keyboard.type('right');
      await page.keyboard.press('Enter');
      await waitFor(page, '>>> .notice');
    },
  },
  { name: 'prove-without-form', ...proving(false, 1) },
];
