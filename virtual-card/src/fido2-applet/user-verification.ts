import type { Context } from './authenticator-context.js';
import { CtapError, CtapStatus } from './ctap-status.js';
import type { Parameters } from './parameters.js';
import type { PinToken } from './pin-token.js';

/** CBOR keys of pinUvAuthParam (the code made with the token) and pinUvAuthProtocol in a command. */
export interface TokenKeys {
  readonly code: number;
  readonly protocol: number;
}

/**
 * Answers a command that has an empty code, and does nothing for any other command. A client sends an empty code to learn which of several
 * authenticators the user touches (CTAP 2.1, 6.1.2, step 1).
 *
 * @throws CtapError after the touch: 35 if no PIN is set, otherwise 31
 */
export async function answerEmptyCode(context: Context, parameters: Parameters, keys: TokenKeys): Promise<void> {
  if (parameters.optionalBytes(keys.code)?.length !== 0) return;
  await context.presence.prove(context.cancelled);
  if (!context.pins.pin.hash) throw new CtapError(CtapStatus.pinNotSet, 'no PIN');
  throw new CtapError(CtapStatus.pinInvalid, 'an empty code');
}

/**
 * Returns the token that proves user verification for this permission and relying party, and binds the token to the relying party. Returns undefined
 * if the client sends no code.
 *
 * @throws CtapError 33 if the code is wrong, the token has expired, or the token does not permit this
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
 * Reads the options of a command.
 *
 * @throws CtapError 2C if "uv" is true: this authenticator verifies its user by PIN only, for which the client sends a token instead
 */
export function readOptions(parameters: Parameters, key: number): Options {
  const options = parameters.optionalWithin(key);
  if (options?.boolean('uv') === true) throw new CtapError(CtapStatus.invalidOption, 'no user verification of its own');
  return { rk: options?.boolean('rk'), up: options?.boolean('up') };
}
