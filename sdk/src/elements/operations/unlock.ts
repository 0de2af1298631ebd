import type { WizardDefinition } from './definition.js';

/** The operation with which the owner of a device gets a new PIN, if the old PIN is blocked or forgotten. */
export const unlockWizard: WizardDefinition<'unlock'> = {
  kind: 'unlock',
  steps: ['check', 'device', 'pin'],
  words: (text) => text.operations.unlock,
  event: 'cardwright-unlocked',
  isIssuance: false,
};
