import type { WizardDefinition } from './definition.js';

/** Issues a device: its content, its passkeys, and last its PIN. */
export const issueWizard: WizardDefinition<'issue'> = {
  kind: 'issue',
  steps: ['check', 'device', 'run', 'pin'],
  words: (text) => text.operations.issue,
  event: 'cardwright-issued',
  isIssuance: true,
};
