import type * as v from 'valibot';

export type Layer = 'sdk' | 'extension' | 'host' | 'reader' | 'device' | 'cms';

/**
 * What leads on from an error, for its user. Screens derive their buttons from it.
 * - `try-again`: the same again, perhaps after what `user` says;
 * - `continue-here`: another tab has taken the work over; here it can be taken back;
 * - `another-device`: the same device would end the same way;
 * - `reload`: only a fresh page helps;
 * - `log-in`: to the portal, which comes back to this page;
 * - `update`: of the part that the error's details name, else of Cardwright on this computer;
 * - `ask-operator`: someone else has to act first; the copied details are what they need;
 * - `none`: nothing on this page leads on.
 */
export type Recovery =
  'try-again' | 'continue-here' | 'another-device' | 'reload' | 'log-in' | 'update' | 'ask-operator' | 'none';

/** What screens offer after an error. */
export interface WayOn {
  readonly recovery: Recovery;
  /** What the user installs first, where a download address is known. */
  readonly install?: Installable;
}

export type Installable = 'extension' | 'host';

/** What the catalogue says of one code to people, in one language. */
export interface ErrorWords {
  /** What happened. */
  readonly message: string;
  /** Why it usually happens. */
  readonly cause: string;
  /** What the user does next; it names what `recovery` leads to. */
  readonly user: string;
  /** What the administrator does, where the user cannot. */
  readonly administrator: string;
}

/** The words of one code in another language than English. */
export interface ErrorTranslation extends ErrorWords {
  readonly variants?: Readonly<Record<string, Partial<ErrorWords>>>;
}

/** One code whose words, or whose recovery, depend on a detail of the error. */
export interface ErrorVariants {
  /** Name of the detail. */
  readonly detail: string;
  /** By the value of the detail: what differs. */
  readonly values: Readonly<Record<string, Partial<ErrorWords> & Partial<WayOn>>>;
}

/** What the catalogue says of one code. */
export interface ErrorDefinition extends ErrorWords, WayOn {
  readonly number: number;
  readonly layer: Layer;
  /** Whether trying the same again can succeed although nobody changed anything. */
  readonly retriable: boolean;
  /** Whether it ends a session only: the operation continues in another one, once the device is there again. All others end both. */
  readonly resumable?: boolean;
  readonly variants?: ErrorVariants;
  /** Typed details that travel with the error. */
  readonly data?: v.GenericSchema;
}

/** Defines a part of the catalogue; exists for its types. */
export const defineErrors = <const T extends Record<string, ErrorDefinition>>(errors: T): T => errors;
