import type { OperationAnswer } from '@cardwright/protocol/cms';
import type { DeviceInfo } from '@cardwright/protocol/devices';
import type { WizardStep } from '../steps.js';
import type { Text } from '../text.js';
import type { OperationText } from '@cardwright/words/en/dialogs';

/** Description of the operations of one kind `K`, for the wizard. The definition has everything in which the kinds differ. */
export interface WizardDefinition<K extends string = string> {
  /** The CMS's name of the operation. A page can set another name (`OperationWizard.kind`). */
  readonly kind: K;
  /** Steps of the operation, in their order. */
  readonly steps: readonly WizardStep[];
  readonly words: (text: Text) => OperationText;
  /** Name of the event that the wizard fires when the operation is done. The event's detail is `Done`. */
  readonly event: `cardwright-${string}`;
  /** Set if the device is new to its user after the operation. */
  readonly isIssuance: boolean;
}

/** Detail of the event that the wizard fires when an operation is done. */
export interface Done {
  readonly device: DeviceInfo;
  readonly operation: string;
  readonly deviceState: OperationAnswer['deviceState'];
}
