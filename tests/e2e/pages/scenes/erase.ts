import { waitFor } from '../../../support/page-stage.js';
import { used, yubikey } from './devices.js';
import type { Scene, Scenes } from './scene.js';

const LOSS = 'It was used before. Erasing removes its certificates (in 4 slots), its keys and its PIN for good.';

/** A device that must be erased before it is issued is selected and, where asked for, continued with. */
export const erasing = (held: string, isContinued: boolean): Scene => ({
  script: { devices: [used], held: [held] },
  cms: (cms) => void cms.verdicts.set(used.id, { action: 'erase', reason: LOSS }),
  awaits: '>>> input[type=radio]',
  act: async (page) => {
    await page.locator('>>> input[type=radio]').click();
    if (isContinued) await page.locator('>>> #next').click();
    await waitFor(
      page,
      isContinued ? '>>> cardwright-dialog:is([data-pane=erase], [data-pane=progress]) .centred' : '>>> .notice',
    );
  },
});

export const eraseScenes: Scenes = [
  { name: 'erase-window', ...erasing('authenticate', true) },
  {
    name: 'give-back-window',
    dialog: 'cardwright-erase',
    script: { devices: [yubikey], held: ['confirm'] },
    awaits: '>>> #show-window',
  },
];
