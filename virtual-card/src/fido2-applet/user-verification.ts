import type { Context } from './authenticator-context.js';
import { CtapError, CtapStatus } from './ctap-status.js';
import type { Parameters } from './parameters.js';
import type { PinToken } from './pin-token.js';

/** Where a command has the token's code and the number of its protocol. */
export interface TokenKeys {
  readonly code: number;
  readonly protocol: number;
}

/**
 * An empty code asks which authenticator the user means: touch it, and it tells whether it has a PIN (CTAP 2.1, 6.1.2,
 * step 1).
 */
export async function answerEmptyCode(context: Context, parameters: Parameters, keys: TokenKeys): Promise<void> {
  if (parameters.optionalBytes(keys.code)?.length !== 0) return;
  await context.presence.prove(context.cancelled);
  if (!context.pins.pin.hash) throw new CtapError(CtapStatus.pinNotSet, 'no PIN');
  throw new CtapError(CtapStatus.pinInvalid, 'an empty code');
}

/**
 * The token that says that the user was verified, for this permission and relying party; undefined where the client sends
 * none.
 *
 * @throws CtapError 33 where the token does not say that
 */
export function verifiedBy(
  { pins }: Context,
  parameters: Parameters,
  order: { keys: TokenKeys; message: Buffer; permission: number; rpId: string },
): PinToken | undefined {
  if (!parameters.has(order.keys.code)) return undefined;
  const token = pins.authenticate(parameters, order.keys, order.message);
  token.require(order.permission, order.rpId);
  token.bind(order.rpId);
  return token;
}

/** The options of a registration or an assertion; each may be absent. */
export interface Options {
  readonly rk: boolean | undefined;
  readonly up: boolean | undefined;
}

/**
 * @throws CtapError 2C for "uv": this authenticator verifies no one but by a PIN, and then the client sends a token
 */
export function readOptions(parameters: Parameters, key: number): Options {
  const options = parameters.optionalWithin(key);
  if (options?.boolean('uv') === true) throw new CtapError(CtapStatus.invalidOption, 'no user verification of its own');
  return { rk: options?.boolean('rk'), up: options?.boolean('up') };
}
