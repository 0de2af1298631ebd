import type { ErrorCode, ErrorData } from '@cardwright/protocol';
import type { Bench, BenchOptions } from './bench.js';

/** Makes one error code arrive at the page. */
export interface Staging<C extends ErrorCode> {
  /** Ends the sentence "arrives when …". */
  readonly when: string;
  readonly desk?: () => BenchOptions | Promise<BenchOptions>;
  /** Acts as the page does: rejects with the error, or resolves with a finding that has the code. */
  readonly act: (bench: Bench) => Promise<unknown>;
  /** Expected details of the error. */
  readonly data?: Partial<ErrorData<C>>;
}

export type Stagings<C extends ErrorCode> = { readonly [One in C]: Staging<One> };
