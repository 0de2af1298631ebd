import { yubikey } from './devices.js';
import type { Scenes } from './scene.js';

export const awaitingApprovalScenes: Scenes = [
  {
    name: 'awaiting-approval',
    script: { devices: [yubikey] },
    cms: (cms) => {
      cms.finalState = 'awaiting-approval';
    },
    awaits: '>>> cardwright-dialog[data-pane=awaiting-approval] .badge.warn',
  },
];
