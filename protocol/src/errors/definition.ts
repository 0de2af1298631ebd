import type * as v from 'valibot';

export type Layer = 'sdk' | 'extension' | 'host' | 'reader' | 'device' | 'cms';

/**
 * The user's way to continue after an error. Screens derive their buttons from it.
 * - `try-again`: the same again, perhaps after following `user`;
 * - `continue-here`: another tab has taken over the work; it can be taken back here;
 * - `another-device`: the same device would fail in the same way;
 * - `reload`: only a fresh page helps;
 * - `log-in`: to the portal, which comes back to this page;
 * - `update`: update the part that the error's details name, else Cardwright on this computer;
 * - `ask-operator`: someone else has to act first, and needs the copied details;
 * - `none`: nothing on this page helps.
 */
export type Recovery =
  'try-again' | 'continue-here' | 'another-device' | 'reload' | 'log-in' | 'update' | 'ask-operator' | 'none';

/** Actions that screens offer after an error. */
export interface WayOn {
  readonly recovery: Recovery;
  /** The part that the user installs first, if a download address is known. */
  readonly install?: Installable;
}

export type Installable = 'extension' | 'host';

/** One code whose words, or whose recovery, depend on a detail of the error. */
export interface ErrorVariants {
  /** Name of the detail. */
  readonly detail: string;
  /** By the value of the detail: where something else leads on. */
  readonly wayOn?: Readonly<Record<string, Partial<WayOn>>>;
}

/** One code without the words that only a screen needs: every page that connects carries the definitions of all codes. */
export interface ErrorDefinition extends WayOn {
  readonly number: number;
  /** A sentence that says what happened, in English. */
  readonly message: string;
  readonly layer: Layer;
  /** The same attempt can succeed although nobody changed anything. */
  readonly retriable: boolean;
  /** The error ends only a session: the operation continues in another one, once the device is there again. All other errors end both. */
  readonly resumable?: boolean;
  readonly variants?: ErrorVariants;
  /** Typed details that are sent with the error. */
  readonly data?: v.GenericSchema;
}

/** Defines a part of the catalogue. Exists for type inference. */
export const defineErrors = /* @__NO_SIDE_EFFECTS__ */ <const T extends Record<string, ErrorDefinition>>(
  errors: T,
): T => errors;
