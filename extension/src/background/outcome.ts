import { CardwrightError, asCardwrightError } from '@cardwright/protocol';
import { MAX_MESSAGE_LENGTH } from '@cardwright/protocol/limits';
import type { Message, RequestId, WireError } from '@cardwright/protocol/messages';
import { logDefect } from './log.js';

/** The result or the error of a command. */
export type Outcome = { readonly result: object } | { readonly error: WireError };

/**
 * Returns the outcome of a request: its result, or an error of the catalogue. If the result does not fit into a message, the error is
 * `MESSAGE_TOO_LARGE`.
 */
export async function outcomeOf(id: RequestId, answer: () => Promise<object>): Promise<Outcome> {
  try {
    const result = await answer();
    const message: Message = { jsonrpc: '2.0', id, result };
    if (JSON.stringify(message).length > MAX_MESSAGE_LENGTH) throw new CardwrightError('MESSAGE_TOO_LARGE');
    return { result };
  } catch (thrown) {
    return { error: asCardwrightError(thrown, logDefect).toWire() };
  }
}
