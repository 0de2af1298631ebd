import type { Step } from '../steps.js';

/** What is said while the device is looked for that an operation is done on. */
export interface SearchText {
  readonly connectTitle: string;
  readonly connectHint: string;
  /** Above devices that are connected and cannot be taken. */
  readonly notUsable: string;
  /** Of such a device, where the CMS gives no reason. */
  readonly notSupported: string;
  readonly chooseTitle: string;
  readonly chooseHint: string;
  readonly chooseOneHint: string;
}

/** What the wizard says of one operation, where it differs from others. */
export interface OperationText {
  readonly title: string;
  /** In place of the title, and on a device with which an interrupted one continues. */
  readonly resume: string;
  /** Names of its steps. */
  readonly steps: Readonly<Partial<Record<Step, string>>>;
  readonly search: SearchText;

  readonly working: string;
  readonly workingHint: string;

  readonly pinTitle: string;
  readonly pinHint: string;
  /** After the user has answered. */
  readonly finishing: string;
  readonly finishingHint: string;

  /** The question before it is stopped. */
  readonly stopTitle: string;
  readonly stopHint: string;
  /** Where only the PIN is left. */
  readonly stopAtPinHint: string;
  readonly stop: string;

  /** When everything is done. */
  readonly readyTitle: (device: string) => string;
  /** Empty where there is nothing to add to what the device is good for. */
  readonly readyHint: string;
}

/** The operations that have words of their own; `other` is for all that a CMS adds. */
export type OperationTexts = Readonly<Record<'issue' | 'changePin' | 'unlock' | 'erase' | 'other', OperationText>>;
