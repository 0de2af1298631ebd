import { CardwrightError, isCardwrightError } from '@cardwright/protocol';
import {
  cborMap,
  isBytes,
  isCount,
  isFlag,
  isMap,
  optionalMember,
  requiredMember,
  type CborMap,
  type CborValue,
} from './cbor.js';
import { COMMAND, STATUS } from './ctap.js';
import type { CtapChannel, Interaction } from './ctap-channel.js';
import { malformedAnswer, type FidoOperation } from './fido-error.js';
import { canBePin, padNewPin, pinHash, requireNewPin } from './fido-pin.js';
import type { AuthenticatorInfo } from './info.js';
import { agree, pinProtocolFor, type KeyAgreement, type PinProtocol } from './pin-protocol.js';

/** Subcommands of authenticatorClientPIN (CTAP 2.1, 6.5.5). */
const SUBCOMMAND = {
  GET_PIN_RETRIES: 0x01,
  GET_KEY_AGREEMENT: 0x02,
  SET_PIN: 0x03,
  CHANGE_PIN: 0x04,
  GET_PIN_TOKEN: 0x05,
  GET_TOKEN_USING_UV: 0x06,
  GET_TOKEN_USING_PIN: 0x09,
} as const;

/** Parameters of authenticatorClientPIN (6.5.5). */
const PARAMETER = {
  PROTOCOL: 0x01,
  SUBCOMMAND: 0x02,
  KEY_AGREEMENT: 0x03,
  PIN_UV_AUTH_PARAM: 0x04,
  NEW_PIN_ENC: 0x05,
  PIN_HASH_ENC: 0x06,
  PERMISSIONS: 0x09,
  RP_ID: 0x0a,
} as const;

/** Members of the answer (6.5.5). */
const RESULT = { KEY_AGREEMENT: 0x01, TOKEN: 0x02, PIN_RETRIES: 0x03, POWER_CYCLE_STATE: 0x04 } as const;

/** The remaining tries of a PIN (6.5.5.2). */
export interface PinRetries {
  readonly retriesLeft: number;
  /** Set when the device takes no PIN until a power cycle, for example until the device is reinserted. */
  readonly needsPowerCycle: boolean;
}

/** The permitted uses of a token. */
export interface TokenUse {
  /** Bits of `PERMISSION`. */
  readonly permissions: number;
  readonly rpId?: string | undefined;
}

/** A pinUvAuthToken: proves for a short time that the user was verified. Destroy the token after use. */
export class PinToken {
  readonly #token: Uint8Array;

  constructor(
    private readonly protocol: PinProtocol,
    token: Uint8Array,
  ) {
    this.#token = token;
  }

  /** Computes pinUvAuthParam and pinUvAuthProtocol for a message. */
  authenticate(message: Uint8Array): { readonly param: Uint8Array; readonly protocol: number } {
    return { param: this.protocol.authenticate(this.#token, message), protocol: this.protocol.version };
  }

  destroy(): void {
    this.#token.fill(0);
  }
}

/** The PIN of an authenticator, and the tokens that the authenticator issues after user verification (6.5). All PINs passed in are zeroed. */
export class ClientPin {
  /** @param info returns the latest authenticatorGetInfo; called on each use, because the minimum length may change */
  constructor(
    private readonly channel: CtapChannel,
    private readonly info: () => AuthenticatorInfo,
  ) {}

  /** getPINRetries: reads the remaining tries of the PIN (6.5.5.2). */
  async retries(): Promise<PinRetries> {
    const answer = await this.#perform(SUBCOMMAND.GET_PIN_RETRIES, { kind: 'getPinRetries' });
    return {
      retriesLeft: requiredMember(answer, RESULT.PIN_RETRIES, isCount),
      needsPowerCycle: optionalMember(answer, RESULT.POWER_CYCLE_STATE, isFlag) ?? false,
    };
  }

  /**
   * setPIN: sets the first PIN (6.5.5.5).
   *
   * @throws CardwrightError `PIN_RULE_VIOLATED`, `PIN_REFUSED_BY_DEVICE`, `NOT_SUPPORTED_BY_DEVICE`
   */
  async setPin(newPin: Uint8Array): Promise<void> {
    await withPadded(newPin, this.info(), (padded) =>
      this.#withSecret(async ({ ownKey, secret }, protocol) => {
        const newPinEnc = protocol.encrypt(secret, padded);
        await this.#perform(SUBCOMMAND.SET_PIN, { kind: 'setFidoPin' }, [
          [PARAMETER.KEY_AGREEMENT, ownKey],
          [PARAMETER.PIN_UV_AUTH_PARAM, protocol.authenticate(secret, newPinEnc)],
          [PARAMETER.NEW_PIN_ENC, newPinEnc],
        ]);
      }),
    );
  }

  /**
   * changePIN: replaces the PIN (6.5.5.6).
   *
   * @throws CardwrightError `FIDO_PIN_INCORRECT`, `FIDO_PIN_BLOCKED`, `FIDO_PIN_PAUSED`, `FIDO_PIN_MISSING`, `PIN_RULE_VIOLATED`,
   *   `PIN_REFUSED_BY_DEVICE`, `NOT_SUPPORTED_BY_DEVICE`
   */
  async changePin(pin: Uint8Array, newPin: Uint8Array): Promise<void> {
    const hash = hashOf(pin);
    const change = (padded: Uint8Array): Promise<void> =>
      this.#withSecret(async ({ ownKey, secret }, protocol) => {
        const newPinEnc = protocol.encrypt(secret, padded);
        const pinHashEnc = protocol.encrypt(secret, await this.#possible(hash));
        const message = Buffer.concat([newPinEnc, pinHashEnc]);
        await this.#guess(SUBCOMMAND.CHANGE_PIN, { kind: 'changeFidoPin' }, [
          [PARAMETER.KEY_AGREEMENT, ownKey],
          [PARAMETER.PIN_UV_AUTH_PARAM, protocol.authenticate(secret, message)],
          [PARAMETER.NEW_PIN_ENC, newPinEnc],
          [PARAMETER.PIN_HASH_ENC, pinHashEnc],
        ]);
      });
    try {
      await withPadded(newPin, this.info(), change);
    } finally {
      hash?.fill(0);
    }
  }

  /**
   * Gets a token by means of the PIN. If the authenticator supports permissions, the token permits what `use` names (6.5.5.7.2). If not, the token
   * permits everything (6.5.5.7.1).
   *
   * @throws CardwrightError `FIDO_PIN_INCORRECT`, `FIDO_PIN_BLOCKED`, `FIDO_PIN_PAUSED`, `FIDO_PIN_MISSING`, `NOT_SUPPORTED_BY_DEVICE`;
   *   `AUTHENTICATOR_ERROR` if the PIN must be changed first
   */
  async pinToken(pin: Uint8Array, use: TokenUse): Promise<PinToken> {
    const hash = hashOf(pin);
    try {
      // Until the PIN is changed, the authenticator would refuse, or answer as if the PIN were wrong.
      if (this.info().forcePinChange) throw mustChange();
      return await this.#withSecret(async ({ ownKey, secret }, protocol) => {
        const pinHashEnc = protocol.encrypt(secret, await this.#possible(hash));
        const hasPermissions = this.#hasPermissions();
        const subcommand = hasPermissions ? SUBCOMMAND.GET_TOKEN_USING_PIN : SUBCOMMAND.GET_PIN_TOKEN;
        const answer = await this.#guess(subcommand, { kind: 'getPinToken' }, [
          [PARAMETER.KEY_AGREEMENT, ownKey],
          [PARAMETER.PIN_HASH_ENC, pinHashEnc],
          ...(hasPermissions ? permissionsOf(use) : []),
        ]);
        return tokenOf(answer, secret, protocol);
      });
    } finally {
      hash?.fill(0);
    }
  }

  /**
   * Gets a token by having the authenticator verify the user itself, for example by a fingerprint (6.5.5.7.3). Returns undefined, without asking the
   * user, if the authenticator does not support tokens with permissions.
   */
  async uvToken(use: TokenUse, { signal, onTouch }: Interaction): Promise<PinToken | undefined> {
    if (!this.#hasPermissions()) return undefined;
    return this.#withSecret(async ({ ownKey, secret }, protocol) => {
      const parameters = this.#parameters(SUBCOMMAND.GET_TOKEN_USING_UV, [
        [PARAMETER.KEY_AGREEMENT, ownKey],
        ...permissionsOf(use),
      ]);
      const request = { command: COMMAND.CLIENT_PIN, parameters };
      const answer = await this.channel.ask(request, { kind: 'getUvToken' }, { signal, onTouch });
      return tokenOf(answer, secret, protocol);
    });
  }

  #hasPermissions(): boolean {
    return this.info().options.get('pinUvAuthToken') === true;
  }

  /** Returns the hash of a PIN. If the bytes cannot be a PIN (`hash` is undefined), throws the error for a wrong PIN without spending a try. */
  async #possible(hash: Uint8Array | undefined): Promise<Uint8Array> {
    if (hash) return hash;
    throw await this.#incorrect();
  }

  /**
   * Sends a command that may spend a try. After a wrong PIN, reads the remaining tries for the error, which is `FIDO_PIN_BLOCKED` or
   * `FIDO_PIN_PAUSED` if the authenticator takes no PIN now.
   */
  async #guess(subcommand: number, operation: FidoOperation, members: readonly Member[]): Promise<CborMap> {
    try {
      return await this.#perform(subcommand, operation, members);
    } catch (error) {
      if (!isCardwrightError(error, 'FIDO_PIN_INCORRECT')) throw error;
      throw await this.#incorrect();
    }
  }

  async #incorrect(): Promise<CardwrightError> {
    try {
      const { retriesLeft, needsPowerCycle } = await this.retries();
      if (retriesLeft === 0) return new CardwrightError('FIDO_PIN_BLOCKED');
      return needsPowerCycle
        ? new CardwrightError('FIDO_PIN_PAUSED')
        : new CardwrightError('FIDO_PIN_INCORRECT', { retriesLeft });
    } catch (error) {
      // The PIN is known to be wrong, even if its remaining tries cannot be read.
      return new CardwrightError('FIDO_PIN_INCORRECT', { retriesLeft: null }, { cause: error });
    }
  }

  async #withSecret<T>(work: (agreement: KeyAgreement, protocol: PinProtocol) => Promise<T>): Promise<T> {
    const protocol = this.#protocol();
    const answer = await this.#perform(SUBCOMMAND.GET_KEY_AGREEMENT, { kind: 'getKeyAgreement' });
    const agreement = agree(protocol, requiredMember(answer, RESULT.KEY_AGREEMENT, isMap));
    try {
      return await work(agreement, protocol);
    } finally {
      agreement.secret.fill(0);
    }
  }

  #perform(subcommand: number, operation: FidoOperation, members: readonly Member[] = []): Promise<CborMap> {
    const parameters = this.#parameters(subcommand, members);
    return this.channel.request({ command: COMMAND.CLIENT_PIN, parameters }, operation);
  }

  #parameters(subcommand: number, members: readonly Member[]): CborMap {
    return cborMap([[PARAMETER.PROTOCOL, this.#protocol().version], [PARAMETER.SUBCOMMAND, subcommand], ...members]);
  }

  #protocol(): PinProtocol {
    const protocol = pinProtocolFor(this.info().pinProtocols);
    if (!protocol) throw new CardwrightError('NOT_SUPPORTED_BY_DEVICE', { capability: 'clientPin' });
    return protocol;
  }
}

type Member = readonly [number, CborValue];

/** Returns the error for an authenticator that issues no token until the PIN is changed: PIN_POLICY_VIOLATION (6.5.5.7.2). */
const mustChange = (): CardwrightError =>
  new CardwrightError('AUTHENTICATOR_ERROR', { status: STATUS.PIN_POLICY_VIOLATION });

function permissionsOf({ permissions, rpId }: TokenUse): Member[] {
  const members: Member[] = [[PARAMETER.PERMISSIONS, permissions]];
  return rpId === undefined ? members : [...members, [PARAMETER.RP_ID, rpId]];
}

function tokenOf(answer: CborMap, secret: Uint8Array, protocol: PinProtocol): PinToken {
  const token = protocol.decrypt(secret, requiredMember(answer, RESULT.TOKEN, isBytes));
  if (!protocol.isToken(token)) throw malformedAnswer();
  return new PinToken(protocol, token);
}

/** Hashes a PIN and zeroes it. Returns undefined for bytes that cannot be a PIN. */
function hashOf(pin: Uint8Array): Uint8Array | undefined {
  const hash = canBePin(pin) ? pinHash(pin) : undefined;
  pin.fill(0);
  return hash;
}

/** Checks and pads a new PIN, and passes it to `work`. Zeroes the PIN and its padded copy in any case. */
async function withPadded(
  newPin: Uint8Array,
  info: AuthenticatorInfo,
  work: (padded: Uint8Array) => Promise<void>,
): Promise<void> {
  let padded: Uint8Array | undefined;
  try {
    requireNewPin(newPin, info);
    padded = padNewPin(newPin);
    await work(padded);
  } finally {
    newPin.fill(0);
    padded?.fill(0);
  }
}
