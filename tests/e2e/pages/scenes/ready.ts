import { blankSecurityKey } from '../../../support/device-facts.js';
import { passkeyStage } from '../../../support/scripted-stages.js';
import { blocked, left, yubikey } from './devices.js';
import { passkey } from './passkey.js';
import { DONE, type Scenes } from './scene.js';

export const readyScenes: Scenes = [
  { name: 'ready', script: { devices: [yubikey] }, awaits: DONE },
  {
    name: 'ready-some-uses',
    script: { devices: [left] },
    cms: (cms) => {
      cms.uses = ['sign-in', 'decrypt'];
    },
    awaits: DONE,
  },
  {
    name: 'ready-no-use',
    script: { devices: [yubikey] },
    cms: (cms) => {
      cms.uses = [];
    },
    awaits: DONE,
  },
  { name: 'passkey-ready', ...passkey('', 'ready', passkeyStage('host', 'separate')), awaits: DONE },
  {
    name: 'key-ready',
    script: { devices: [blankSecurityKey('Security Key')] },
    cms: (cms) => {
      cms.hasPasskeysAlone = true;
      cms.passkeyStages = [passkeyStage('window', 'separate')];
    },
    awaits: DONE,
  },
  { name: 'change-pin-ready', dialog: 'cardwright-change-pin', script: { devices: [yubikey] }, awaits: DONE },
  { name: 'unlock-ready', dialog: 'cardwright-unlock', script: { devices: [blocked] }, awaits: DONE },
  { name: 'give-back-ready', dialog: 'cardwright-erase', script: { devices: [yubikey] }, awaits: DONE },
];
