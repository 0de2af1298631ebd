import { fill, waitFor } from '../../../support/wait-for.js';
import { blocked } from './devices.js';
import type { Scene, Scenes } from './scene.js';

const asking: Scene = {
  dialog: 'cardwright-unlock',
  script: { devices: [blocked] },
  cms: (cms) => {
    cms.code = '40718293';
  },
  awaits: '>>> #one-time-code',
};

export const codeScenes: Scenes = [
  { name: 'code', ...asking },
  {
    name: 'code-incorrect',
    ...asking,
    act: async (page) => {
      await fill(page, '>>> #one-time-code', '11111111');
      await page.keyboard.press('Enter');
      await waitFor(page, '>>> .refusal:not(:empty)');
    },
  },
];
