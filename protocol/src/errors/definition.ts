import type * as v from 'valibot';

export type Layer = 'sdk' | 'extension' | 'host' | 'reader' | 'device' | 'cms';

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
  /** Whether trying the same again can succeed without anyone changing anything. */
  readonly retriable: boolean;
  /** Typed details that travel with the error. */
  readonly data?: v.GenericSchema;
}

/** Defines a part of the catalogue; exists for its types. */
export const defineErrors = <const T extends Record<string, ErrorDefinition>>(errors: T): T => errors;
