import { PRODUCT_VERSION } from '@cardwright/protocol/identity';
import {
  PROTOCOL_RANGE,
  agreeOnVersion,
  initializeAtHost,
  request,
  type RequestId,
} from '@cardwright/protocol/messages';
import { POLICY_CAPABILITY } from '@cardwright/protocol/policy';
import type { PublicJwk } from '@cardwright/protocol/schemas';
import { safeParse, type InferOutput } from 'valibot';
import { NO_POLICY, type Peer } from './peer.js';

/**
 * Capabilities of the whole host. They are listed here because the handlers are loaded later. A test compares this list with the capabilities of
 * the handlers.
 */
export const HOST_CAPABILITIES: readonly string[] = [
  'session',
  'step',
  POLICY_CAPABILITY,
  'diagnostics',
  'device',
  'piv',
  'fido',
];

/** The result of an `initialize` that the host accepts. */
export interface Greeting {
  readonly peer: Peer;
  /** The host's answer, in the form of `hostInitialized`. */
  readonly answer: object;
}

/** Agrees on a protocol version, and returns the host's answer. If there is no common version, returns which side is too old. */
export function greet(
  { protocol, policy = NO_POLICY, ...told }: InferOutput<typeof initializeAtHost>,
  key: PublicJwk,
  capabilities: readonly string[],
): Greeting | { readonly older: 'ours' | 'theirs' } {
  const agreement = agreeOnVersion(PROTOCOL_RANGE, protocol);
  if (!('version' in agreement)) return agreement;
  const { version } = agreement;
  return {
    peer: { ...told, protocol: version, policy },
    answer: { protocol: version, host: PRODUCT_VERSION, capabilities, session: { key } },
  };
}

/** A greeting, and the request that it answers. */
export interface FirstAnswer extends Greeting {
  readonly id: RequestId;
}

/**
 * Answers the first message of a session with as little code as possible, because a page waits for it. Returns null for anything but an `initialize`
 * that this host accepts: the server, which is loaded next, answers any other message.
 */
export function answerFirst(message: unknown, key: PublicJwk): FirstAnswer | null {
  const parsed = safeParse(request, message);
  if (!parsed.success || parsed.output.method !== 'initialize') return null;
  const { id, params = {} } = parsed.output;
  const told = safeParse(initializeAtHost, params);
  if (!told.success) return null;
  const greeting = greet(told.output, key, HOST_CAPABILITIES);
  return 'peer' in greeting ? { ...greeting, id } : null;
}
