import { hostErrors, request, type WireError } from '@cardwright/protocol/messages';
import { safeParse } from 'valibot';
import type { Receiver, Send } from './receiver.js';

const { number: code, message } = hostErrors.HOST_DAMAGED;
const DAMAGED: WireError = { code, message, data: { name: 'HOST_DAMAGED', details: {} } };

/** Replaces the server if its code cannot be loaded or started, for example because files are missing. Refuses every request with `HOST_DAMAGED`. */
export class DamagedHost implements Receiver {
  constructor(private readonly send: Send) {}

  receive(received: unknown): void {
    const parsed = safeParse(request, received);
    if (parsed.success) this.send({ jsonrpc: '2.0', id: parsed.output.id, error: DAMAGED });
  }

  refuse(): void {
    // Input that is not a request gets no answer.
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}
