import type { Scenes } from './scene.js';

export const allowScenes: Scenes = [
  { name: 'check-allow', script: { consent: 'needed', consentAnswer: 'needed' }, awaits: '>>> #allow' },
];
