import { MAX_MESSAGE_DEPTH } from '@cardwright/protocol/limits';
import {
  message as messageSchema,
  requestId,
  RESERVED_NAMES,
  type Message,
  type RequestId,
} from '@cardwright/protocol/messages';
import * as v from 'valibot';

/**
 * Validates a page's message before any other code reads it. Returns null if the value is not a message of the protocol, is nested more
 * deeply than `MAX_MESSAGE_DEPTH`, or contains a reserved name.
 */
export function readPageMessage(value: unknown): Message | null {
  const parsed = isHarmless(value, MAX_MESSAGE_DEPTH) ? v.safeParse(messageSchema, value) : null;
  return parsed?.success ? parsed.output : null;
}

/** Returns the request id in the member `id` of a value. Returns null if the value has no valid request id. */
export function idOf(value: unknown): RequestId | null {
  const parsed = v.safeParse(v.object({ id: requestId }), value);
  return parsed.success ? parsed.output.id : null;
}

function isHarmless(value: unknown, levelsLeft: number): boolean {
  if (typeof value !== 'object' || value === null) return true;
  return (
    levelsLeft > 0 &&
    !RESERVED_NAMES.some((name) => Object.hasOwn(value, name)) &&
    Object.values(value).every((member) => isHarmless(member, levelsLeft - 1))
  );
}
