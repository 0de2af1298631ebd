import type { WizardDefinition } from './definition.js';

/** The operation that issues a device: first it writes the content and creates the passkeys, and last the user sets the PIN. */
export const issueWizard: WizardDefinition<'issue'> = {
  kind: 'issue',
  steps: ['check', 'device', 'run', 'pin'],
  words: (text) => text.operations.issue,
  event: 'cardwright-issued',
  isIssuance: true,
};
