import type { FailInfo } from './registrar.js';

/** A message is answered with FAILURE. The message of this error is for developers; a client gets only `failInfo`. */
export class Refusal extends Error {
  override readonly name = 'Refusal';

  constructor(
    readonly failInfo: FailInfo,
    reason: string,
  ) {
    super(reason);
  }
}

/** What a client sent is no SCEP message, so that there is no transaction to answer. */
export class UnreadableMessage extends Error {
  override readonly name = 'UnreadableMessage';
}

/**
 * Reads what a client made. The readers of pkijs and node:crypto throw errors of many kinds for what is not well-formed; to a
 * client they all are one.
 */
export function reading<T>(read: () => T, refusal: () => Error): T {
  try {
    return read();
  } catch (error) {
    if (error instanceof Refusal) throw error;
    throw refusal();
  }
}
