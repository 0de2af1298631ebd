import type { FailInfo } from './registrar.js';

/** Thrown for a message to be answered with FAILURE. The error's message is for developers; a client gets only `failInfo`. */
export class Refusal extends Error {
  override readonly name = 'Refusal';

  constructor(
    readonly failInfo: FailInfo,
    reason: string,
  ) {
    super(reason);
  }
}

/** Thrown for input that is not a SCEP message, so that there is no transaction to answer. */
export class UnreadableMessage extends Error {
  override readonly name = 'UnreadableMessage';
}

/**
 * Reads a client's input. The readers of pkijs and node:crypto throw errors of many kinds for malformed input. A client gets the same refusal
 * for all of these errors.
 */
export function reading<T>(read: () => T, refusal: () => Error): T {
  try {
    return read();
  } catch (error) {
    if (error instanceof Refusal) throw error;
    throw refusal();
  }
}
