import { click, waitFor } from '../../../support/wait-for.js';
import { passkeyStage } from '../../../support/scripted-stages.js';
import { blocked, yubikey } from './devices.js';
import { passkey } from './passkey.js';
import type { Scenes } from './scene.js';

const WINDOW = '>>> #show-window';

export const pinScenes: Scenes = [
  { name: 'pin-window', script: { devices: [yubikey], held: ['pin'] }, awaits: WINDOW },
  {
    name: 'pin-window-lost',
    script: { devices: [yubikey], held: ['pin'], letsShowWindow: false },
    awaits: WINDOW,
    act: async (page) => {
      await click(page, WINDOW);
      await waitFor(page, '>>> .notice');
    },
  },
  {
    name: 'pin-window-after-passkey',
    ...passkey('pin', 'pin', passkeyStage('host', 'separate')),
    awaits: WINDOW,
  },
  {
    name: 'activating',
    script: { devices: [yubikey], held: ['pin answered'] },
    awaits: '>>> cardwright-dialog[data-pane=pin] .spinner.large',
  },
  {
    name: 'change-pin-window',
    dialog: 'cardwright-change-pin',
    script: { devices: [yubikey], held: ['pin'] },
    awaits: WINDOW,
  },
  {
    name: 'unlock-window',
    dialog: 'cardwright-unlock',
    script: { devices: [blocked], held: ['pin'] },
    awaits: WINDOW,
  },
];
