import { click, waitFor } from '../../../support/wait-for.js';
import { yubikey } from './devices.js';
import type { Scene, Scenes } from './scene.js';

/** The question whether to stop, once a phase runs. */
const stop = (phase: string, awaits: string): Scene => ({
  script: { devices: [yubikey], held: [phase] },
  awaits,
  act: async (page) => {
    await click(page, '>>> #cancel');
    await waitFor(page, '>>> #stop');
  },
});

export const stopScenes: Scenes = [
  { name: 'stop', ...stop('keys', '>>> rect[width="33"]') },
  { name: 'stop-at-pin', ...stop('pin', '>>> #show-window') },
  { name: 'give-back-stop', dialog: 'cardwright-erase', ...stop('erase', '>>> rect[width="33"]') },
];
