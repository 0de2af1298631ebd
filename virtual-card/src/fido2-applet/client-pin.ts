import { isTrivial } from '../card/pin-complexity.js';
import { codePointsOf } from '../card/fido-pin.js';
import { fidoPinHash } from '../card/fido-state.js';
import type { Context } from './authenticator-context.js';
import { cborMap } from './cbor.js';
import { CtapError, CtapStatus } from './ctap-status.js';
import { refusesSimplePins } from './get-info.js';
import { Parameters } from './parameters.js';
import { pinProtocol, type SharedSecret } from './pin-protocols.js';
import { ALL_PERMISSIONS, Permission } from './pin-token.js';

/** Parameters of authenticatorClientPIN (CTAP 2.1, 6.5.5). */
const Key = {
  protocol: 0x01,
  subCommand: 0x02,
  keyAgreement: 0x03,
  pinUvAuthParam: 0x04,
  newPinEnc: 0x05,
  pinHashEnc: 0x06,
  permissions: 0x09,
  rpId: 0x0a,
} as const;
const Answer = { keyAgreement: 0x01, pinUvAuthToken: 0x02, pinRetries: 0x03, powerCycleState: 0x04 } as const;
const PADDED_PIN_BYTES = 64;
const PIN_HASH_BYTES = 16;

type SubCommand = (context: Context, parameters: Parameters) => unknown;

const subCommands: ReadonlyMap<number, SubCommand> = new Map<number, SubCommand>([
  [0x01, getRetries],
  [0x02, getKeyAgreement],
  [0x03, setPin],
  [0x04, changePin],
  [0x05, getToken],
  [0x09, getTokenWithPermissions],
]);
const WITH_PERMISSIONS = 0x09;

/** Executes authenticatorClientPIN (CTAP 2.1, 6.5.5). */
export function clientPin(context: Context, bytes: Buffer): unknown {
  const parameters = Parameters.parse(bytes);
  const number = parameters.number(Key.subCommand);
  const subCommand = subCommands.get(number);
  if (!subCommand || (number === WITH_PERMISSIONS && !context.profile.permissions)) {
    throw new CtapError(CtapStatus.invalidSubcommand, 'no such subcommand');
  }
  return subCommand(context, parameters);
}

function getRetries({ pins, profile }: Context): unknown {
  return cborMap([
    [Answer.pinRetries, pins.pin.triesLeft],
    [Answer.powerCycleState, profile.permissions ? pins.needsPowerCycle : undefined],
  ]);
}

function getKeyAgreement({ pins }: Context, parameters: Parameters): unknown {
  pinProtocol(parameters.number(Key.protocol));
  return cborMap([[Answer.keyAgreement, pins.agreement.publicKey]]);
}

function setPin(context: Context, parameters: Parameters): undefined {
  const { pins } = context;
  const [code, newPinEnc] = [parameters.bytes(Key.pinUvAuthParam), parameters.bytes(Key.newPinEnc)];
  const secret = agree(context, parameters);
  if (pins.pin.hash) throw new CtapError(CtapStatus.pinAuthInvalid, 'there is a PIN already');
  // Checks the tries, because a PIN shared with the PIV application may be blocked although no FIDO PIN is set. Only the PUK restores its tries.
  pins.requireTries();
  requireCode(secret, newPinEnc, code);
  replace(context, secret.decrypt(newPinEnc));
}

function changePin(context: Context, parameters: Parameters): undefined {
  const { pins } = context;
  const code = parameters.bytes(Key.pinUvAuthParam);
  const [newPinEnc, pinHashEnc] = [parameters.bytes(Key.newPinEnc), parameters.bytes(Key.pinHashEnc)];
  const secret = agree(context, parameters);
  requirePin(context);
  pins.requireTries();
  requireCode(secret, Buffer.concat([newPinEnc, pinHashEnc]), code);
  comparePin(context, secret, pinHashEnc);
  replace(context, secret.decrypt(newPinEnc));
}

/**
 * Executes getPinToken of CTAP 2.0 (CTAP 2.1, 6.5.5.7.1). The token permits registration and login or, on an authenticator without permissions,
 * everything.
 */
function getToken(context: Context, parameters: Parameters): unknown {
  if (parameters.has(Key.permissions) || parameters.has(Key.rpId)) {
    throw new CtapError(CtapStatus.invalidParameter, 'this token has no permissions');
  }
  const permissions = context.profile.permissions
    ? Permission.makeCredential | Permission.getAssertion
    : ALL_PERMISSIONS;
  return issue(context, parameters, { permissions, rpId: undefined, mustChange: CtapStatus.pinInvalid });
}

/** Executes getPinUvAuthTokenUsingPinWithPermissions (CTAP 2.1, 6.5.5.7.2). */
function getTokenWithPermissions(context: Context, parameters: Parameters): unknown {
  const permissions = parameters.number(Key.permissions);
  const rpId = parameters.optionalText(Key.rpId);
  if (permissions === 0) throw new CtapError(CtapStatus.invalidParameter, 'no permission');
  if ((permissions & ~ALL_PERMISSIONS) !== 0) {
    throw new CtapError(CtapStatus.unauthorizedPermission, 'a permission that there is not');
  }
  if ((permissions & (Permission.makeCredential | Permission.getAssertion)) !== 0 && rpId === undefined) {
    throw new CtapError(CtapStatus.missingParameter, 'a relying party is needed');
  }
  return issue(context, parameters, { permissions, rpId, mustChange: CtapStatus.pinPolicyViolation });
}

interface TokenOrder {
  readonly permissions: number;
  readonly rpId: string | undefined;
  /** The status that the command returns while the PIN must be changed first. */
  readonly mustChange: number;
}

function issue(context: Context, parameters: Parameters, { permissions, rpId, mustChange }: TokenOrder): unknown {
  const { pins } = context;
  const pinHashEnc = parameters.bytes(Key.pinHashEnc);
  const secret = agree(context, parameters);
  requirePin(context);
  pins.requireTries();
  pins.endToken();
  comparePin(context, secret, pinHashEnc);
  if (pins.mustChange) throw new CtapError(mustChange, 'the PIN must be changed first');
  const token = pins.issueToken(pinProtocol(parameters.number(Key.protocol)), permissions, rpId);
  return cborMap([[Answer.pinUvAuthToken, secret.encrypt(token.bytes)]]);
}

function agree({ pins }: Context, parameters: Parameters): SharedSecret {
  const protocol = pinProtocol(parameters.number(Key.protocol));
  return pins.agreement.agree(protocol, parameters.within(Key.keyAgreement));
}

function requirePin({ pins }: Context): void {
  if (!pins.pin.hash) throw new CtapError(CtapStatus.pinNotSet, 'no PIN');
}

function requireCode(secret: SharedSecret, message: Buffer, code: Buffer): void {
  if (!secret.verify(message, code)) throw new CtapError(CtapStatus.pinAuthInvalid, 'not authenticated');
}

function comparePin({ pins }: Context, secret: SharedSecret, pinHashEnc: Buffer): void {
  const hash = secret.decrypt(pinHashEnc);
  if (hash.length !== PIN_HASH_BYTES) throw new CtapError(CtapStatus.invalidParameter, 'not the hash of a PIN');
  pins.compare(hash);
}

function replace(context: Context, padded: Buffer): void {
  const { card, pins, fido } = context;
  if (padded.length !== PADDED_PIN_BYTES) throw new CtapError(CtapStatus.invalidParameter, 'not 64 bytes');
  const pin = withoutPadding(padded);
  const isSame = pins.pin.hash?.equals(fidoPinHash(pin)) ?? false;
  const isRefused =
    pin.length > pins.pin.mostBytes ||
    codePointsOf(pin) < pins.minPinLength ||
    (isSame && pins.mustChange) ||
    (refusesSimplePins(card) && isTrivial(pin.toString('utf8')));
  if (isRefused || !pins.pin.replace(pin)) throw new CtapError(CtapStatus.pinPolicyViolation, 'not such a PIN');
  fido.pinToChange = undefined;
  pins.endToken();
}

function withoutPadding(padded: Buffer): Buffer {
  let length = padded.length;
  while (length > 0 && padded[length - 1] === 0) length -= 1;
  return padded.subarray(0, length);
}
