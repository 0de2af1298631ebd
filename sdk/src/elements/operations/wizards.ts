import { changePinWizard } from './change-pin.js';
import type { WizardDefinition } from './definition.js';
import { eraseWizard } from './erase.js';
import { issueWizard } from './issue.js';
import { unlockWizard } from './unlock.js';

/** Every operation that has words of its own. */
const WIZARDS = [issueWizard, changePinWizard, unlockWizard, eraseWizard] as const;

/** What the CMS calls these operations. */
export type OperationKind = (typeof WIZARDS)[number]['kind'];

/**
 * How the wizard runs an operation of some kind.
 *
 * @param title of one that only the CMS knows
 */
export const wizardFor = (kind: string, title: string): WizardDefinition =>
  WIZARDS.find((one) => one.kind === kind) ?? {
    kind,
    steps: ['check', 'device', 'run'],
    words: ({ operations: { other } }) => (title === '' ? other : { ...other, title, resume: title }),
    event: 'cardwright-done',
    isIssuance: false,
  };
