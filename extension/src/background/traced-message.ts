import {
  REDACTED,
  isNotification,
  isRequest,
  isResponse,
  redactError,
  redactMethod,
  redactParams,
  redactResult,
  type Message,
  type RequestId,
  type TracedMessage,
} from '@cardwright/protocol';
import { idOf } from './page-message.js';

/** Longer texts are cut: a trace is for reading, and certificates would fill the memory. */
const MAX_TEXT = 400;
/** Of a longer content only the beginning is kept, as text: a page may fill whole messages with numbers. */
const MAX_CONTENT = 8_192;

/** Items of a list, or members: with more of them a content is cut in any case, so the others need not be looked at. */
const MAX_ITEMS = MAX_CONTENT / 2;

/** Between whom a message goes. */
export type Hop = Pick<TracedMessage, 'from' | 'to'>;

export const PAGE_HOPS: Readonly<Record<'from' | 'to', Hop>> = {
  from: { from: 'page', to: 'extension' },
  to: { from: 'extension', to: 'page' },
};
export const INSPECTOR_HOPS: Readonly<Record<'from' | 'to', Hop>> = {
  from: { from: 'inspector', to: 'extension' },
  to: { from: 'extension', to: 'inspector' },
};
export const HOST_HOPS: Readonly<Record<'from' | 'to', Hop>> = {
  from: { from: 'host', to: 'extension' },
  to: { from: 'extension', to: 'host' },
};

/** What a trace says of a message itself. */
export type MessageSummary = Pick<TracedMessage, 'type' | 'method' | 'content' | 'length'>;

/** Tells the request ids of a page apart by their type as well: 1 and "1" are two. */
export const tracedId = (id: RequestId): string => (typeof id === 'number' ? String(id) : `"${id}"`);

/** The page's request that a message between page and extension is, answers or is about. */
export function requestOf(message: Message): string | null {
  const about = isNotification(message) ? idOf(message.params) : message.id;
  return about === null ? null : tracedId(about);
}

/** A message without secrets, and shortened. @param method of the request, when the message is its answer */
export function summarize(message: Message, method: string, from: Hop['from']): MessageSummary {
  const { length } = JSON.stringify(message);
  if (!isResponse(message)) {
    const content = shorten(redactParams(message.method, firstItems(message.params ?? {})));
    return {
      type: isRequest(message) ? 'request' : 'notification',
      method: redactMethod(message.method),
      content,
      length,
    };
  }
  const type = 'error' in message ? 'error' : 'result';
  // Nobody asks a page anything: what it answers all the same may hold whatever.
  if (from === 'page') return { type, method: '', content: REDACTED, length };
  const content = 'error' in message ? redactError(message.error) : redactResult(method, firstItems(message.result));
  return { type, method: method === '' ? '' : redactMethod(method), content: shorten(content ?? null), length };
}

/** What a page sent that is no message of the protocol: nothing of it can be told from a secret, not even its members' names. */
export const NO_MESSAGE: MessageSummary = { type: 'notification', method: 'INVALID', content: REDACTED, length: 0 };

function firstItems(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.slice(0, MAX_ITEMS).map(firstItems);
  const members = Object.entries(value).slice(0, MAX_ITEMS);
  return Object.fromEntries(members.map(([name, member]) => [name, firstItems(member)]));
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
