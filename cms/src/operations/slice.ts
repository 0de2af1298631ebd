import type * as v from 'valibot';

/**
 * A part of an operation's state, kept between two of its steps. A step declares the slices that it works with; what no step declares
 * is not stored. No slice holds a secret: those are in escrows and policies, sealed.
 */
export interface Slice<T = unknown> {
  /** Unique within an operation. */
  readonly name: string;
  readonly schema: v.GenericSchema<unknown, T>;
  readonly initial: T;
  /**
   * `session`: starts afresh with each session, since only the card can tell what it still holds. `operation`: kept until the operation
   * ends.
   */
  readonly lasts: 'session' | 'operation';
}

/** Defines a slice; exists for its types. */
export const defineSlice = <T>(slice: Slice<T>): Slice<T> => slice;
