import { DRAWING_SINCE } from '@cardwright/protocol/devices';
import { isSince, type ProtocolVersion } from '@cardwright/protocol/messages';

/** Members of results and notifications that an earlier version does not have, by the version that introduced them. */
const LATER: Readonly<Record<string, ProtocolVersion>> = { drawing: DRAWING_SINCE };

/**
 * Returns a message without the members that the other side's version of the protocol does not have: it would refuse the whole message.
 *
 * @param version the version on which both sides have agreed
 */
export function forPeer(message: object, version: ProtocolVersion): object {
  const unknown = Object.keys(LATER).filter((member) => !isSince(version, LATER[member] ?? version));
  if (unknown.length === 0) return message;
  const without = (member: string, value: unknown): unknown => (unknown.includes(member) ? undefined : value);
  return JSON.parse(JSON.stringify(message, without)) as object;
}
