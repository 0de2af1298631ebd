import { cborMap, encodeCbor, type CborMap } from './cbor.js';
import { COMMAND } from './ctap.js';
import { descriptorOf } from './credential.js';
import type { PinToken } from './client-pin.js';

/** Builds the commands whose subcommands a token authenticates: credential management and configuration (CTAP 2.1, 6.8, 6.11). */

/** Parameters of both commands. */
const PARAMETER = {
  SUBCOMMAND: 0x01,
  SUBCOMMAND_PARAMS: 0x02,
  PIN_UV_AUTH_PROTOCOL: 0x03,
  PIN_UV_AUTH_PARAM: 0x04,
} as const;

/** Subcommand deleteCredential and its parameter (6.8.5). */
const DELETE_CREDENTIAL = 0x06;
const CREDENTIAL_ID = 0x02;

/** Subcommand setMinPINLength and its parameters (6.11.4). */
const SET_MIN_PIN_LENGTH = 0x03;
const MIN_PIN_LENGTH = { NEW: 0x01, RP_IDS: 0x02, FORCE_CHANGE: 0x03 } as const;
/** Bytes that precede the subcommand when the token authenticates authenticatorConfig (6.11). */
const CONFIG_PREFIX = Uint8Array.of(...new Array<number>(32).fill(0xff), COMMAND.CONFIG);

/** Settings that setMinPINLength changes. The minimum length can be raised, but not lowered. */
export interface MinPinLengthOrder {
  /** New minimum length of a PIN in Unicode code points. */
  readonly length?: number | undefined;
  /** Relying parties that may read the minimum length with the extension minPinLength (12.4). */
  readonly rpIds?: readonly string[] | undefined;
  /** True to require a change of the PIN before its next use. */
  readonly forceChange?: boolean | undefined;
}

/** Builds the parameters of deleteCredential. They are the same for the command and for its preview in FIDO_2_1_PRE. */
export function deleteCredentialParameters(credentialId: Uint8Array, token: PinToken): CborMap {
  const parameters = cborMap([[CREDENTIAL_ID, descriptorOf(credentialId)]]);
  return authorized(DELETE_CREDENTIAL, parameters, token, new Uint8Array());
}

/** Builds the parameters of setMinPINLength. An authenticator without a PIN needs no token. */
export function minPinLengthParameters(order: MinPinLengthOrder, token: PinToken | undefined): CborMap {
  const parameters = cborMap([
    [MIN_PIN_LENGTH.NEW, order.length],
    [MIN_PIN_LENGTH.RP_IDS, order.rpIds],
    [MIN_PIN_LENGTH.FORCE_CHANGE, order.forceChange === true || undefined],
  ]);
  return authorized(SET_MIN_PIN_LENGTH, parameters, token, CONFIG_PREFIX);
}

/** Builds the parameters of a command. The token, if any, authenticates the prefix, the subcommand and the subcommand's parameters. */
function authorized(subcommand: number, parameters: CborMap, token: PinToken | undefined, prefix: Uint8Array): CborMap {
  const message = Buffer.concat([prefix, Uint8Array.of(subcommand), encodeCbor(parameters)]);
  const authentication = token?.authenticate(message);
  return cborMap([
    [PARAMETER.SUBCOMMAND, subcommand],
    [PARAMETER.SUBCOMMAND_PARAMS, parameters],
    [PARAMETER.PIN_UV_AUTH_PROTOCOL, authentication?.protocol],
    [PARAMETER.PIN_UV_AUTH_PARAM, authentication?.param],
  ]);
}
