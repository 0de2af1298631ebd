import { PROVE_OWNER } from '@cardwright/protocol/mobile';
import type { OperationText } from '@cardwright/words/en/dialogs';
import type { Text } from '../text.js';
import { changePinWizard } from './change-pin.js';
import type { WizardDefinition } from './definition.js';
import { eraseWizard } from './erase.js';
import { issueWizard } from './issue.js';
import { unlockWizard } from './unlock.js';

/** The operations for which the sdk has an element. */
const WIZARDS = [issueWizard, changePinWizard, unlockWizard, eraseWizard] as const;

/** The CMS's name of an operation in `WIZARDS`. */
export type OperationKind = (typeof WIZARDS)[number]['kind'];

/** The operations of the CMS package for which the sdk has words, but no element: their names in the words. */
const WORDED: ReadonlyMap<string, keyof Text['operations']> = new Map([
  ['renew', 'renew'],
  ['update', 'update'],
  ['add-passkey', 'addPasskey'],
  ['remove-passkey', 'removePasskey'],
  ['change-fido-pin', 'changeFidoPin'],
  [PROVE_OWNER, 'proveOwner'],
]);

/**
 * Returns the definition of the operations of a kind: one of `WIZARDS`, or a general definition.
 *
 * @param title title of the wizard if the sdk has no words for the kind; empty for a general title
 * @param doneTitle the same for the title when the operation is done
 */
export function wizardFor(kind: string, title: string, doneTitle = ''): WizardDefinition {
  const known = WIZARDS.find((one) => one.kind === kind);
  if (known !== undefined) return known;
  const worded = WORDED.get(kind);
  const words = ({ operations }: Text): OperationText => {
    if (worded !== undefined) return operations[worded];
    const named = title === '' ? operations.other : { ...operations.other, title, resume: title };
    return doneTitle === '' ? named : { ...named, readyTitle: () => doneTitle };
  };
  return { kind, steps: ['check', 'device', 'run'], words, event: 'cardwright-done', isIssuance: false };
}
