import { click, waitFor } from '../../../support/wait-for.js';
import { used, yubikey } from './devices.js';
import type { PaneName, Scene, Scenes } from './scene.js';

const LOSS = 'It was used before. Erasing removes its certificates (in 4 slots), its keys and its PIN for good.';

/** Selects a device that must be erased before it is issued and, with a later pane, continues. */
export const erasing = (held: string, later?: PaneName): Scene => ({
  script: { devices: [used], held: [held] },
  cms: (cms) => void cms.verdicts.set(used.id, { action: 'erase', reason: LOSS }),
  awaits: '>>> input[type=radio]',
  act: async (page) => {
    await click(page, '>>> input[type=radio]');
    if (later !== undefined) await click(page, '>>> #next');
    await waitFor(page, later === undefined ? '>>> .notice' : `>>> cardwright-dialog[data-pane^=${later}] .centred`);
  },
});

export const eraseScenes: Scenes = [
  { name: 'erase-window', ...erasing('authenticate', 'erase') },
  {
    name: 'give-back-window',
    dialog: 'cardwright-erase',
    script: { devices: [yubikey], held: ['confirm'] },
    awaits: '>>> #show-window',
  },
];
