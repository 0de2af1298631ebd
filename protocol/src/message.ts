import * as v from 'valibot';
import { described } from './schema.js';
import { wireError } from './wire-error.js';

/** JSON-RPC 2.0 with `$/cancelRequest` and `$/progress` as in the Language Server Protocol. */

/** Id of a request: a whole number, or a string of up to 64 characters. It is unique among the sender's pending requests. */
export const requestId = v.union([v.pipe(v.number(), v.integer()), v.pipe(v.string(), v.maxLength(64))]);
export type RequestId = v.InferOutput<typeof requestId>;

const version = v.literal('2.0');
const method = v.pipe(v.string(), v.minLength(1), v.maxLength(64));
const params = v.exactOptional(v.record(v.string(), v.unknown()));

export const request = v.strictObject({ jsonrpc: version, id: requestId, method, params });
export const notification = v.strictObject({ jsonrpc: version, method, params });
export const success = v.strictObject({ jsonrpc: version, id: requestId, result: v.unknown() });
export const failure = v.strictObject({ jsonrpc: version, id: v.nullable(requestId), error: wireError });
export const message = v.union([request, failure, success, notification]);

export type Request = v.InferOutput<typeof request>;
export type Notification = v.InferOutput<typeof notification>;
export type Success = v.InferOutput<typeof success>;
export type Failure = v.InferOutput<typeof failure>;
export type Message = v.InferOutput<typeof message>;

/**
 * True if a message is a request, which has an id and is answered.
 *
 * @example
 * if (isRequest(message)) console.log(message.method, message.id);
 */
export const isRequest = (m: Message): m is Request => 'method' in m && 'id' in m;

/**
 * True if a message is a notification, which has no id and is not answered.
 *
 * @example
 * if (isNotification(message)) console.log(message.method, message.params);
 */
export const isNotification = (m: Message): m is Notification => 'method' in m && !('id' in m);

/**
 * True if a message answers a request.
 *
 * @example
 * if (isResponse(message)) console.log(message.id, 'result' in message);
 */
export const isResponse = (m: Message): m is Success | Failure => !('method' in m);

/** Parameters of `$/cancelRequest`: the id of the request to cancel. */
export const cancelParams = v.strictObject({ id: requestId });

/** Parameters of `$/progress`: the progress of a request. */
export const progressParams = v.strictObject({
  id: described(requestId, 'The request that it is about.'),
  kind: described(
    v.picklist(['command', 'waiting', 'user', 'touch', 'reinsert']),
    '`command`: a command of a step begins, or continues after the user has answered. `waiting`: another program holds the device, or the host is still starting. `user`: a window of the extension waits for the user. `touch`: the device waits to be touched. `reinsert`: the user must remove the device and insert it again. Time limits rest at `user`, and at `waiting` of `initialize`.',
  ),
  method: v.exactOptional(described(method, 'The command.')),
  isLong: v.exactOptional(
    described(
      v.boolean(),
      'With `touch`: whether the device waits for a long touch, of some seconds. From protocol 3.2.',
    ),
  ),
  index: v.exactOptional(described(v.number(), 'Its place in the step, from 0.')),
  count: v.exactOptional(described(v.number(), 'Commands of the step.')),
});
export type Progress = v.InferOutput<typeof progressParams>;
