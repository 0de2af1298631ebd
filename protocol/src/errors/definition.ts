import type * as v from 'valibot';

export type Layer = 'sdk' | 'extension' | 'host' | 'reader' | 'device' | 'cms';

/**
 * The user's way to continue after an error. Screens choose their buttons accordingly.
 * - `try-again`: try the same again, if need be after doing what the error's text `user` says;
 * - `continue-here`: another tab has taken over the operation; this page can take it back;
 * - `another-device`: use another device, since the same device would fail again;
 * - `reload`: load the page again;
 * - `log-in`: log in to the portal, which returns to this page;
 * - `update`: update the part that the error's details name, or Cardwright on this computer if they name no part;
 * - `ask-operator`: someone else has to act first, and needs the copied details;
 * - `none`: nothing on this page helps.
 */
export type Recovery =
  | 'try-again'
  | 'continue-here'
  | 'another-device'
  | 'reload'
  | 'log-in'
  | 'update'
  | 'ask-operator'
  | 'none';

/** Actions that screens offer after an error. */
export interface WayOn {
  readonly recovery: Recovery;
  /** The part that the user has to install first. Screens offer its download if they know the address. */
  readonly install?: Installable;
}

export type Installable = 'extension' | 'host';

/** Variants of a code whose words, recovery or part to install depend on a detail of the error. */
export interface ErrorVariants {
  /** Name of the detail on which the variants depend. */
  readonly detail: string;
  /**
   * Recovery and part to install, by the value of the detail. Where an entry leaves out one of the two, or the value has no entry, the recovery
   * and the part of the code itself apply.
   */
  readonly wayOn?: Readonly<Record<string, Partial<WayOn>>>;
}

/**
 * Definition of one code. The words that only a screen needs are in `@cardwright/words`, because every page that connects to the extension loads the
 * definitions of all codes.
 */
export interface ErrorDefinition extends WayOn {
  readonly number: number;
  /** A sentence that says what happened, in English. */
  readonly message: string;
  readonly layer: Layer;
  /** True if trying again can help, for some codes only after the user has done what the text `user` says. */
  readonly retriable: boolean;
  /**
   * True if an error of this code in a step usually only interrupts the operation. It can then continue in another session. Any other error
   * usually makes the operation fail.
   */
  readonly resumable?: boolean;
  readonly variants?: ErrorVariants;
  /** Typed details that are sent with the error. */
  readonly data?: v.GenericSchema;
}

/** Defines a part of the catalogue. Exists for type inference. */
export const defineErrors = /* @__NO_SIDE_EFFECTS__ */ <const T extends Record<string, ErrorDefinition>>(
  errors: T,
): T => errors;
