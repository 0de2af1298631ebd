import * as v from 'valibot';
import { text } from './schema.js';

/**
 * A trace: the recorded messages and APDUs of page sessions. The inspector, a page of the extension, shows it. It can be saved as a file, and is
 * part of a support bundle. Secrets are replaced before an entry is made: in messages by the extension, in APDUs by the host.
 */

/** Sender or receiver of a message. The bridge between page and extension is not listed, because it passes every message on unchanged. */
export const tracePart = v.picklist(['page', 'inspector', 'extension', 'host']);
export type TracePart = v.InferOutput<typeof tracePart>;

const traced = {
  /** Number of the entry; it counts up within one trace. */
  number: v.pipe(v.number(), v.integer(), v.minValue(1)),
  /** Milliseconds since 1970, with fractions. */
  at: v.number(),
  /** Id of the traced session. */
  session: text(64),
  /**
   * Id of the page's or inspector's request to which the entry belongs: the entry is this request, its answer, or a message or APDU in between.
   * Null if the entry belongs to no request.
   */
  request: v.nullable(text(80)),
};

/** One JSON-RPC message, from one part to the next. */
export const tracedMessage = v.strictObject({
  kind: v.literal('message'),
  ...traced,
  from: tracePart,
  to: tracePart,
  type: v.picklist(['request', 'notification', 'result', 'error']),
  /**
   * Method of the message, or of the request that it answers; redacted as in `redactMethod`. Empty for an answer from a page: nobody sends requests
   * to a page, so the answer belongs to no request.
   */
  method: text(64),
  /**
   * Parameters, result or error. Secrets are redacted, and long texts are cut. If the whole content is too long, it is replaced by a text with its
   * beginning.
   */
  content: v.unknown(),
  /** Length of the whole message as JSON, in UTF-16 code units. */
  length: v.number(),
});
export type TracedMessage = v.InferOutput<typeof tracedMessage>;

const byte = v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(0xff));
/** Bytes in lower-case hexadecimal; null if they are a secret or may contain one. */
const dataField = v.nullable(v.pipe(v.string(), v.regex(/^([0-9a-f]{2})*$/), v.maxLength(8_192)));
const length = v.pipe(v.number(), v.integer(), v.minValue(0));

/** One APDU and its response, as the host saw them (ISO/IEC 7816-4, 5.1). */
export const apduExchange = v.strictObject({
  /** Method of the command that caused the APDU; empty if the host read the card on its own. */
  method: v.pipe(v.string(), v.maxLength(64)),
  reader: text(200),
  /** Name of the instruction in its standard, for example `VERIFY`. */
  instruction: text(60),
  cla: byte,
  ins: byte,
  p1: byte,
  p2: byte,
  /** Command data. */
  data: dataField,
  /** Length of the command data in bytes. */
  dataLength: length,
  /** Expected length of the response data; null if the command has no Le field. */
  le: v.nullable(length),
  /** Response data. */
  response: dataField,
  /** Length of the response data in bytes. */
  responseLength: length,
  /** SW1 and SW2 as one number; null if no response came. */
  statusWord: v.nullable(v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(0xffff))),
  /** Meaning of the status word, or the reason that no response came. */
  meaning: v.pipe(v.string(), v.maxLength(120)),
  /** Milliseconds from command to response. */
  duration: v.number(),
});
export type ApduExchange = v.InferOutput<typeof apduExchange>;

/**
 * Parameters of the host's notification `$/apdu`. `id` is the id of the extension's request that caused the APDU; null if the host read the
 * card on its own.
 */
export const apduNotification = v.strictObject({ id: v.nullable(v.number()), exchange: apduExchange });

/** Parameters of the extension's notification `$/setTrace`, which no page can send. The notification turns the host's reports of APDUs on or off. */
export const setTraceParams = v.strictObject({ apdus: v.boolean() });

export const tracedApdu = v.strictObject({ kind: v.literal('apdu'), ...traced, exchange: apduExchange });
export type TracedApdu = v.InferOutput<typeof tracedApdu>;

export const traceEntry = v.variant('kind', [tracedMessage, tracedApdu]);
export type TraceEntry = v.InferOutput<typeof traceEntry>;

/** One page session of a trace. */
export const tracedSession = v.strictObject({
  id: text(64),
  origin: text(300),
  /** Milliseconds since 1970. */
  started: v.number(),
  /** Milliseconds since 1970; null while the session lasts. */
  ended: v.nullable(v.number()),
});
export type TracedSession = v.InferOutput<typeof tracedSession>;

/** A trace as a file. */
export const traceFile = v.strictObject({
  format: v.literal('cardwright-trace'),
  version: v.literal(1),
  /** Milliseconds since 1970. */
  saved: v.number(),
  /** Product version of the extension that recorded the trace. */
  extension: text(40),
  /** Number of entries that were dropped because the trace was full. */
  dropped: v.number(),
  sessions: v.pipe(v.array(tracedSession), v.maxLength(1_000)),
  entries: v.pipe(v.array(traceEntry), v.maxLength(100_000)),
});
export type TraceFile = v.InferOutput<typeof traceFile>;
