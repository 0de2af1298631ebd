import type { WizardDefinition } from './definition.js';

/**
 * The operation that issues a device: first the content is written and the passkeys are created, and last the user sets the PIN. A device
 * without PIV gets only passkeys. If the FIDO PIN is not the device PIN, the user chooses the FIDO PIN before the passkeys are created.
 */
export const issueWizard: WizardDefinition<'issue'> = {
  kind: 'issue',
  steps: ['check', 'device', 'run', 'pin'],
  words: (text) => text.operations.issue,
  event: 'cardwright-issued',
  isIssuance: true,
};
