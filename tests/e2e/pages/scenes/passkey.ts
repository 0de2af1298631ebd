import { FIDO_PIN_STAGE, FIDO_RESET_STAGE, passkeyStage, type Stage } from '../../../support/scripted-stages.js';
import { dual } from './devices.js';
import type { Scene, Scenes } from './scene.js';

/** The user's task for a passkey, on a device with a FIDO application. */
export const passkey = (held: string, task: string, ...stages: readonly Stage[]): Scene => ({
  script: { devices: [dual], held: [held] },
  cms: (cms) => {
    cms.passkeyStages = stages;
  },
  awaits: `>>> cardwright-dialog[data-pane=passkey-${task}] .illustration`,
});

const CREATE = 'fido.createCredential user';

export const passkeyScenes: Scenes = [
  { name: 'fido-pin', ...passkey('fido.setPin user', 'choose-fido-pin', FIDO_PIN_STAGE) },
  { name: 'fido-pin-known', ...passkey(CREATE, 'enter-fido-pin', passkeyStage('host', 'separate')) },
  { name: 'fido-reset', ...passkey('fido.reset user', 'reset-fido', FIDO_RESET_STAGE) },
  { name: 'fido-reinsert', ...passkey('fido.reset reinsert', 'reinsert', FIDO_RESET_STAGE) },
  { name: 'fido-hold', ...passkey('fido.reset touch', 'hold', FIDO_RESET_STAGE) },
  { name: 'passkey-touch', ...passkey('fido.createCredential touch', 'touch', passkeyStage('host', 'separate')) },
  { name: 'passkey-browser', ...passkey(CREATE, 'browser', passkeyStage('window', 'separate')) },
  { name: 'passkey-temporary-pin', ...passkey(CREATE, 'temporary-pin', passkeyStage('window', 'shared')) },
];
