import { click, waitFor } from '../../../support/wait-for.js';
import { ERROR, type Scenes } from './scene.js';

export const refusedScenes: Scenes = [
  { name: 'refused', script: { consent: 'denied' }, awaits: ERROR },
  {
    name: 'refused-still',
    script: { consent: 'denied' },
    awaits: '>>> #retry',
    act: async (page) => {
      await click(page, '>>> #retry');
      await waitFor(page, '>>> .notice');
    },
  },
];
