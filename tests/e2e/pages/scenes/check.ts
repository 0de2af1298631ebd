import type { Scenes } from './scene.js';

export const checkScenes: Scenes = [
  { name: 'check-starting', script: { startsSlowly: true }, awaits: '>>> .checks .passed + .passed + .running' },
  { name: 'check-asking', script: { consent: 'needed', consentAnswer: null }, awaits: '>>> .asking' },
];
