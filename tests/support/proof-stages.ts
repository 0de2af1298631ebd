import type { ScriptedCms } from './scripted-cms.js';

/** The stages of a proof of ownership: the device is read, then its PIN is requested. For a `ScriptedCms` that `hasPasskeysAlone`. */
export const PROOF_STAGES: ScriptedCms['passkeyStages'] = [
  { phase: 'read', text: 'Reading', progress: 10, deviceState: null },
  { phase: 'pin', text: 'Waiting for your PIN', progress: 50, deviceState: null, asks: 'pin' },
];
