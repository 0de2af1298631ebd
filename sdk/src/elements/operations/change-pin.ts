import type { WizardDefinition } from './definition.js';

/** The operation with which the owner of a device changes the device's PIN. */
export const changePinWizard: WizardDefinition<'change-pin'> = {
  kind: 'change-pin',
  steps: ['check', 'device', 'pin'],
  words: (text) => text.operations.changePin,
  event: 'cardwright-pin-changed',
  isIssuance: false,
};
