import * as v from 'valibot';

/** Error for a server that was not reached, or whose answer was not understood. */
export class ConnectionFailure extends Error {
  /** Code of the cause, as in `ECONNREFUSED`; empty if the cause has no code. */
  readonly code: string;

  constructor(cause: unknown) {
    super(textIn(cause, 'message') || String(cause), { cause });
    this.code = textIn(cause, 'code');
  }
}

/** Resolves with the result of the work. If the work fails, resolves with its error as a `ConnectionFailure`. */
export const orFailure = <T>(work: Promise<T>): Promise<T | ConnectionFailure> =>
  work.catch((error: unknown) => new ConnectionFailure(error));

const thrown = v.object({ message: v.optional(v.string(), ''), code: v.optional(v.string(), '') });

function textIn(cause: unknown, name: 'message' | 'code'): string {
  const read = v.safeParse(thrown, cause);
  return read.success ? read.output[name] : '';
}
