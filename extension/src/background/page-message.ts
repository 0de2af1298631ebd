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
 * Validates a page's message before any other code reads it. Returns null if it is not a message of the protocol. A message with a
 * reserved name is refused rather than stripped.
 */
export function readPageMessage(value: unknown): Message | null {
  const parsed = isHarmless(value, MAX_MESSAGE_DEPTH) ? v.safeParse(messageSchema, value) : null;
  return parsed?.success ? parsed.output : null;
}

/** Returns the id for the refusal of a message: the message's own if it is readable, otherwise null. */
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
