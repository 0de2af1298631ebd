import * as v from 'valibot';

/** Why a server was not reached, or did not understand. */
export class ConnectionFailure extends Error {
  /** As in `ECONNREFUSED`; empty where there is none. */
  readonly code: string;

  constructor(cause: unknown) {
    super(textIn(cause, 'message') || String(cause), { cause });
    this.code = textIn(cause, 'code');
  }
}

/** Has a failure be an answer like another. */
export const orFailure = <T>(work: Promise<T>): Promise<T | ConnectionFailure> =>
  work.catch((error: unknown) => new ConnectionFailure(error));

const thrown = v.object({ message: v.optional(v.string(), ''), code: v.optional(v.string(), '') });

function textIn(cause: unknown, name: 'message' | 'code'): string {
  const read = v.safeParse(thrown, cause);
  return read.success ? read.output[name] : '';
}
