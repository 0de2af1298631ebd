import { changePinWizard } from './change-pin.js';
import type { WizardDefinition } from './definition.js';
import { eraseWizard } from './erase.js';
import { issueWizard } from './issue.js';
import { unlockWizard } from './unlock.js';

/** The operations for which the sdk has a wizard with words of its own. */
const WIZARDS = [issueWizard, changePinWizard, unlockWizard, eraseWizard] as const;

/** The CMS's name of an operation in `WIZARDS`. */
export type OperationKind = (typeof WIZARDS)[number]['kind'];

/**
 * Returns the definition of the operations of a kind: one of `WIZARDS`, or a general definition.
 *
 * @param title title of the wizard if only the CMS knows the kind; empty for a general title
 */
export const wizardFor = (kind: string, title: string): WizardDefinition =>
  WIZARDS.find((one) => one.kind === kind) ?? {
    kind,
    steps: ['check', 'device', 'run'],
    words: ({ operations: { other } }) => (title === '' ? other : { ...other, title, resume: title }),
    event: 'cardwright-done',
    isIssuance: false,
  };
