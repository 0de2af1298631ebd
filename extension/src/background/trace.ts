import {
  REDACTED,
  isRequest,
  isResponse,
  redactMethod,
  redactParams,
  redactResult,
  type Message,
} from '@cardwright/protocol';

/** Messages kept for each session, and sessions kept, the newest of each. */
const MAX_MESSAGES = 200;
const MAX_SESSIONS = 16;
/** Longer texts are cut: a trace is for reading, and certificates would fill the memory. */
const MAX_TEXT = 400;
/** Of a longer content only the beginning is kept, as text: a page may fill whole messages with numbers. */
const MAX_CONTENT = 8_192;

export interface TracedMessage {
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly from: 'page' | 'extension' | 'host';
  readonly to: 'page' | 'extension' | 'host';
  readonly kind: 'request' | 'notification' | 'result' | 'error';
  readonly id: number | string | null;
  readonly method: string;
  /** Parameters, result or error, without secrets. */
  readonly content: unknown;
}

export interface TracedSession {
  readonly session: string;
  readonly origin: string;
  readonly messages: readonly TracedMessage[];
}

/** The last messages of the last sessions, only in memory and without secrets: redacted before they are kept. */
export class Trace {
  readonly #sessions = new Map<string, { origin: string; messages: TracedMessage[] }>();

  /** @param method of the request, when the message is its answer */
  add(
    session: { readonly id: string; readonly origin: string },
    hop: Pick<TracedMessage, 'from' | 'to'>,
    message: Message,
    method = '',
  ): void {
    const { messages } = this.#of(session);
    messages.push({ at: Date.now(), ...hop, ...summary(message, method, hop.from) });
    if (messages.length > MAX_MESSAGES) messages.shift();
  }

  list(): TracedSession[] {
    return [...this.#sessions].map(([session, { origin, messages }]) => ({
      session,
      origin,
      messages: [...messages],
    }));
  }

  #of({ id, origin }: { readonly id: string; readonly origin: string }): { messages: TracedMessage[] } {
    const known = this.#sessions.get(id) ?? { origin, messages: [] };
    this.#sessions.set(id, known);
    for (const oldest of this.#sessions.keys()) {
      if (this.#sessions.size <= MAX_SESSIONS) break;
      this.#sessions.delete(oldest);
    }
    return known;
  }
}

function summary(
  message: Message,
  method: string,
  from: TracedMessage['from'],
): Pick<TracedMessage, 'kind' | 'id' | 'method' | 'content'> {
  if (!isResponse(message)) {
    const content = shorten(redactParams(message.method, message.params ?? {}));
    const shown = redactMethod(message.method);
    return isRequest(message)
      ? { kind: 'request', id: message.id, method: shown, content }
      : { kind: 'notification', id: null, method: shown, content };
  }
  const { id } = message;
  // Pages never receive requests, so an unsolicited response is untrusted.
  if ('error' in message)
    return { kind: 'error', id, method, content: from === 'page' ? REDACTED : shorten(message.error) };
  return { kind: 'result', id, method, content: shorten(redactResult(method, message.result)) };
}

function shorten(value: unknown): unknown {
  const short = shortenTexts(value);
  const json = JSON.stringify(short);
  return json.length > MAX_CONTENT ? `${json.slice(0, MAX_CONTENT)}…` : short;
}

function shortenTexts(value: unknown): unknown {
  if (typeof value === 'string') return value.length > MAX_TEXT ? `${value.slice(0, MAX_TEXT)}…` : value;
  if (Array.isArray(value)) return value.map(shortenTexts);
  if (typeof value === 'object' && value !== null) {
    return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, shortenTexts(member)]));
  }
  return value;
}
