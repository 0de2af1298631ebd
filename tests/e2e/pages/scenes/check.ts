import type { Scenes } from './scene.js';

export const checkScenes: Scenes = [
  { name: 'check-asking', script: { consent: 'needed', consentAnswer: null }, awaits: '>>> .asking' },
];
