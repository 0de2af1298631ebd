import type { ScriptedCms } from './scripted-cms.js';

/** What a device does that proves whose it is: it is read, then asks for its PIN. For a `ScriptedCms` that `hasPasskeysAlone`. */
export const PROOF_STAGES: ScriptedCms['passkeyStages'] = [
  { phase: 'read', text: 'Reading', progress: 10, deviceState: null },
  { phase: 'pin', text: 'Waiting for your PIN', progress: 50, deviceState: null, asks: 'pin' },
];
