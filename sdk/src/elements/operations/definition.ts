import type { OperationAnswer } from '@cardwright/protocol/cms';
import type { DeviceInfo } from '@cardwright/protocol/devices';
import type { WizardStep } from '../steps.js';
import type { Text } from '../text.js';
import type { OperationText } from '@cardwright/words/en/dialogs';

/** The wizard's description of operations of one kind `K`: everything that differs between kinds. */
export interface WizardDefinition<K extends string = string> {
  /** The CMS's name of the operation, unless the page overrides it. */
  readonly kind: K;
  /** Its steps, in their order. */
  readonly steps: readonly WizardStep[];
  readonly words: (text: Text) => OperationText;
  /** Fired when the operation is done; its detail is `Done`. */
  readonly event: `cardwright-${string}`;
  /** Set if the device is new to its user afterwards. */
  readonly isIssuance: boolean;
}

/** Detail of the event that an operation is done. */
export interface Done {
  readonly device: DeviceInfo;
  readonly operation: string;
  readonly deviceState: OperationAnswer['deviceState'];
}
