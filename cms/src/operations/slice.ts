import type * as v from 'valibot';

/**
 * A part of an operation's state that is kept between steps. A step declares the slices that it uses; a slice that no step declares is not
 * stored. No slice holds a secret: secrets are sealed, in escrows and policies.
 */
export interface Slice<T = unknown> {
  /** Name of the slice, unique within an operation. */
  readonly name: string;
  readonly schema: v.GenericSchema<unknown, T>;
  readonly initial: T;
  /**
   * Lifetime of the slice. `session`: it has its initial value again in each session, because what an earlier session did must be learnt from
   * the card. `operation`: it is kept until the operation ends.
   */
  readonly lasts: 'session' | 'operation';
}

/**
 * Defines a slice. Returns the slice unchanged, so that TypeScript infers the type of its contents.
 *
 * @example
 * import * as v from 'valibot';
 * const presence = defineSlice({
 *   name: 'presence',
 *   schema: v.strictObject({ isShown: v.boolean() }),
 *   initial: { isShown: false },
 *   lasts: 'operation',
 * });
 */
export const defineSlice = <T>(slice: Slice<T>): Slice<T> => slice;
