import type { OperationKind } from '../../sdk/src/elements/operations/wizards.js';
import type { DialogName } from './wizard-stage.js';

/** The elements by which a page runs an operation. */
interface OperationElement {
  readonly dialog: DialogName;
  /** The page's button that opens it. */
  readonly button: string;
  /** Fired when it is done. */
  readonly event: `cardwright-${string}`;
}

/** Every operation of the sdk, and one that only its CMS knows. */
export type TestedKind = OperationKind | 'stamp';

export const OPERATION_ELEMENTS: Readonly<Record<TestedKind, OperationElement>> = {
  issue: { dialog: 'cardwright-add-device', button: 'Add Device', event: 'cardwright-issued' },
  'change-pin': { dialog: 'cardwright-change-pin', button: 'Change PIN', event: 'cardwright-pin-changed' },
  unlock: { dialog: 'cardwright-unlock', button: 'Forgot PIN?', event: 'cardwright-unlocked' },
  erase: { dialog: 'cardwright-erase', button: 'Give back', event: 'cardwright-erased' },
  stamp: { dialog: 'cardwright-operation', button: 'Stamp', event: 'cardwright-done' },
};

export const TESTED_KINDS = Object.keys(OPERATION_ELEMENTS) as TestedKind[];
