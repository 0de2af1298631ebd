import type { FailInfo } from './registrar.js';

/** Thrown to answer a client's message with FAILURE. The text of the error is for developers; the client gets `failInfo`. */
export class Refusal extends Error {
  override readonly name = 'Refusal';

  constructor(
    readonly failInfo: FailInfo,
    reason: string,
  ) {
    super(reason);
  }
}

/** Thrown for input that is not a SCEP message. Without a transaction, it cannot be answered with FAILURE. */
export class UnreadableMessage extends Error {
  override readonly name = 'UnreadableMessage';
}

/**
 * Reads a client's input. The readers of pkijs and node:crypto throw errors of many kinds for malformed input. For all of these errors, throws the
 * same refusal. A `Refusal` that `read` throws is passed on.
 */
export function reading<T>(read: () => T, refusal: () => Error): T {
  try {
    return read();
  } catch (error) {
    if (error instanceof Refusal) throw error;
    throw refusal();
  }
}
