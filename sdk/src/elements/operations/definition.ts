import type { DeviceInfo, OperationAnswer } from '@cardwright/protocol';
import type { Step } from '../steps.js';
import type { Text } from '../text.js';
import type { OperationText } from '@cardwright/words/en/dialogs';

/** How the wizard runs operations of one kind `K`: all that is not the same for every kind. */
export interface WizardDefinition<K extends string = string> {
  /** What the CMS calls the operation, unless the page says otherwise. */
  readonly kind: K;
  /** Its steps, in their order. */
  readonly steps: readonly Step[];
  readonly words: (text: Text) => OperationText;
  /** Fired when it is done; its detail is `Done`. */
  readonly event: `cardwright-${string}`;
  /** Whether the device is new to its user afterwards. */
  readonly isIssuance: boolean;
}

/** Detail of the event that tells that an operation is done. */
export interface Done {
  readonly device: DeviceInfo;
  readonly operation: string;
  readonly deviceState: OperationAnswer['deviceState'];
}
