import type { WizardDefinition } from './definition.js';

/** The operation that erases a device, which its owner gives back. */
export const eraseWizard: WizardDefinition<'erase'> = {
  kind: 'erase',
  steps: ['check', 'device', 'run'],
  words: (text) => text.operations.erase,
  event: 'cardwright-erased',
  isIssuance: false,
};
