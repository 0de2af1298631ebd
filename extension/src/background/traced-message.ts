import { isNotification, isRequest, isResponse, type Message, type RequestId } from '@cardwright/protocol/messages';
import {
  REDACTED,
  redactError,
  redactMethod,
  redactParams,
  redactResult,
  type TracedMessage,
} from '@cardwright/protocol/trace';
import { idOf } from './page-message.js';

/**
 * Maximum length of a text in a trace, in characters. Longer texts, such as certificates, are truncated: a trace is for reading, and
 * long texts would fill the memory.
 */
const MAX_TEXT = 400;
/**
 * Maximum length of a message's content in a trace, in characters of JSON. Of longer content only the beginning is kept, as text. This
 * limit is needed besides `MAX_TEXT`, because a page may fill whole messages with numbers.
 */
const MAX_CONTENT = 8_192;

/**
 * Maximum number of items of a list, or members of an object, that are read. Content with more items or members is longer than
 * `MAX_CONTENT`, so it is truncated in any case.
 */
const MAX_ITEMS = MAX_CONTENT / 2;

/** Sender and receiver of a message. */
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

/** The part of a traced message that is made from the message itself. */
export type MessageSummary = Pick<TracedMessage, 'type' | 'method' | 'content' | 'length'>;

/** Returns a request id as a text. An id that is a text is put in quotation marks, because 1 and "1" are two different ids. */
export const tracedId = (id: RequestId): string => (typeof id === 'number' ? String(id) : `"${id}"`);

/**
 * Returns the name of the page's request that a message between page and extension is, answers, or refers to. Returns null if the message
 * concerns no request.
 */
export function requestOf(message: Message): string | null {
  const about = isNotification(message) ? idOf(message.params) : message.id;
  return about === null ? null : tracedId(about);
}

/**
 * Returns the summary of a message, without secrets and shortened. `method` is the method of the request that the message answers. It is not
 * used for other messages.
 */
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
  // A page has no request to answer, so a result or an error from a page may contain anything, and its whole content is replaced.
  if (from === 'page') return { type, method: '', content: REDACTED, length };
  const content = 'error' in message ? redactError(message.error) : redactResult(method, firstItems(message.result));
  return { type, method: method === '' ? '' : redactMethod(method), content: shorten(content ?? null), length };
}

/** Summary of something from a page that is not a message of the protocol. Any part of it may be secret, even the names of members. */
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
