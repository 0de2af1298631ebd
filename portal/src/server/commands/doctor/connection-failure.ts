import * as v from 'valibot';

/** The reason why a server was not reached, or did not understand the request. */
export class ConnectionFailure extends Error {
  /** Code of the error, as in `ECONNREFUSED`; empty if there is none. */
  readonly code: string;

  constructor(cause: unknown) {
    super(textIn(cause, 'message') || String(cause), { cause });
    this.code = textIn(cause, 'code');
  }
}

/** Returns the result of work, or its failure instead of throwing it. */
export const orFailure = <T>(work: Promise<T>): Promise<T | ConnectionFailure> =>
  work.catch((error: unknown) => new ConnectionFailure(error));

const thrown = v.object({ message: v.optional(v.string(), ''), code: v.optional(v.string(), '') });

function textIn(cause: unknown, name: 'message' | 'code'): string {
  const read = v.safeParse(thrown, cause);
  return read.success ? read.output[name] : '';
}
