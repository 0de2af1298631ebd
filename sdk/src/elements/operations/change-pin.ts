import type { WizardDefinition } from './definition.js';

/** Has the owner of a device choose another PIN. */
export const changePinWizard: WizardDefinition<'change-pin'> = {
  kind: 'change-pin',
  steps: ['check', 'device', 'pin'],
  words: (text) => text.operations.changePin,
  event: 'cardwright-pin-changed',
  isIssuance: false,
};
