import type * as v from 'valibot';

export type Layer = 'sdk' | 'extension' | 'host' | 'reader' | 'device' | 'cms';

/**
 * What leads on from an error, for its user. Screens derive their buttons from it.
 * - `try-again`: the same again, perhaps after what `user` says;
 * - `another-device`: the same device would end the same way;
 * - `reload`: only a fresh page helps;
 * - `log-in`: to the portal, which comes back to this page;
 * - `update`: of the part that the error's details name, else of Cardwright on this computer;
 * - `ask-operator`: someone else has to act first; the copied details are what they need;
 * - `none`: nothing on this page leads on.
 */
export type Recovery = 'try-again' | 'another-device' | 'reload' | 'log-in' | 'update' | 'ask-operator' | 'none';

/** What the catalogue says of one code. */
export interface ErrorDefinition {
  readonly number: number;
  readonly layer: Layer;
  /** What happened, for a person. */
  readonly message: string;
  /** Why it usually happens. */
  readonly cause: string;
  /** What the user does next. */
  readonly user: string;
  /** What the administrator does, where the user cannot. */
  readonly administrator: string;
  /** Whether trying the same again can succeed although nobody changed anything. */
  readonly retriable: boolean;
  /** What leads on. */
  readonly recovery: Recovery;
  /** Whether it ends a session only: the operation continues in another one, once the device is there again. All others end both. */
  readonly resumable?: boolean;
  /** Typed details that travel with the error. */
  readonly data?: v.GenericSchema;
}

/** Defines a part of the catalogue; exists for its types. */
export const defineErrors = <const T extends Record<string, ErrorDefinition>>(errors: T): T => errors;
