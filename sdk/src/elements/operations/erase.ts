import type { WizardDefinition } from './definition.js';

/** Has the owner of a device give it back. */
export const eraseWizard: WizardDefinition<'erase'> = {
  kind: 'erase',
  steps: ['check', 'device', 'run'],
  words: (text) => text.operations.erase,
  event: 'cardwright-erased',
  isIssuance: false,
};
