import type { ErrorCode, ErrorData } from '@cardwright/protocol';
import type { Bench, BenchOptions } from './bench.js';

/** How one code is made to arrive. */
export interface Staging<C extends ErrorCode> {
  /** Ends the sentence "arrives when …". */
  readonly when: string;
  readonly desk?: () => BenchOptions | Promise<BenchOptions>;
  /** What the page does: it ends with the error, or gives what holds the code. */
  readonly act: (bench: Bench) => Promise<unknown>;
  /** Details of the error. */
  readonly data?: Partial<ErrorData<C>>;
}

export type Stagings<C extends ErrorCode> = { readonly [One in C]: Staging<One> };
