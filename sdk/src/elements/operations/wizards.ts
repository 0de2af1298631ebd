import { changePinWizard } from './change-pin.js';
import type { WizardDefinition } from './definition.js';
import { eraseWizard } from './erase.js';
import { issueWizard } from './issue.js';
import { unlockWizard } from './unlock.js';

/** Every operation that has words of its own. */
const WIZARDS = [issueWizard, changePinWizard, unlockWizard, eraseWizard] as const;

/** The CMS's names of these operations. */
export type OperationKind = (typeof WIZARDS)[number]['kind'];

/**
 * Returns the definition for a kind of operation.
 *
 * @param title of an operation that only the CMS knows
 */
export const wizardFor = (kind: string, title: string): WizardDefinition =>
  WIZARDS.find((one) => one.kind === kind) ?? {
    kind,
    steps: ['check', 'device', 'run'],
    words: ({ operations: { other } }) => (title === '' ? other : { ...other, title, resume: title }),
    event: 'cardwright-done',
    isIssuance: false,
  };
