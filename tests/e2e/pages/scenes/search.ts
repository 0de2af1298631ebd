import { yubikey } from './devices.js';
import type { Scenes } from './scene.js';

export const searchScenes: Scenes = [
  {
    name: 'searching',
    script: { devices: [yubikey] },
    cms: (cms) => {
      cms.isThinking = true;
    },
    awaits: '>>> cardwright-dialog[data-pane=search] .spinner.large',
  },
];
