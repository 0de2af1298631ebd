import { hostErrors, request, type WireError } from '@cardwright/protocol/messages';
import { safeParse } from 'valibot';
import type { Receiver, Send } from './receiver.js';

/**
 * Replaces the server, and refuses every request with one error: `HOST_DAMAGED` if the server's code cannot be loaded or started, for example because
 * files are missing, and `HOST_FORBIDDEN` if the host does not obey the extension that has started it.
 */
export class RefusingHost implements Receiver {
  readonly #error: WireError;

  constructor(
    private readonly send: Send,
    name: 'HOST_DAMAGED' | 'HOST_FORBIDDEN',
  ) {
    const { number: code, message } = hostErrors[name];
    this.#error = { code, message, data: { name, details: {} } };
  }

  receive(received: unknown): void {
    const parsed = safeParse(request, received);
    if (parsed.success) this.send({ jsonrpc: '2.0', id: parsed.output.id, error: this.#error });
  }

  refuse(): void {
    // Input that is not a request gets no answer.
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}
