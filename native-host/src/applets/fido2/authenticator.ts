import { CardwrightError, isCardwrightError } from '@cardwright/protocol';
import type { FidoFacts } from '@cardwright/protocol/devices';
import type { Clock } from '../../clock.js';
import type { HidChannel } from '../../hid/hid-channel.js';
import type { ApduChannel } from '../../iso7816/exchange.js';
import { deleteCredentialParameters, minPinLengthParameters, type MinPinLengthOrder } from './authorized-command.js';
import { ClientPin, type PinRetries, type PinToken, type TokenUse } from './client-pin.js';
import { batchesOf } from './credential.js';
import { COMMAND, LONG_TOUCH_TIME, PERMISSION } from './ctap.js';
import { CtapChannel, encodeMessage, type Interaction } from './ctap-channel.js';
import type { Ctap2Transport } from './ctap-transport.js';
import { saysNoCredential } from './fido-error.js';
import { getAssertionParameters, readAssertion, type Assertion, type AssertionOrder } from './get-assertion.js';
import { HidCtap } from './hid-ctap.js';
import { canSetMinPinLength, credentialManagementOf, factsOf, readInfo, type AuthenticatorInfo } from './info.js';
import {
  makeCredentialParameters,
  readMadeCredential,
  type CredentialOrder,
  type MadeCredential,
  type Verification,
} from './make-credential.js';
import { NfcCtap, type NfcOptions } from './nfc-ctap.js';

/** Options of a command: how it is cancelled, how its user is asked for a touch, and how the user is verified. */
export interface Use extends Interaction {
  /**
   * The PIN as UTF-8 in form NFC (`fidoPinOf`). The PIN is zeroed after use. Without a PIN, a command that requires user verification has the
   * authenticator verify the user itself, and fails if the authenticator cannot.
   */
  readonly pin?: Uint8Array | undefined;
}

/**
 * One FIDO2 authenticator (CTAP 2.1 to 2.3). Most methods are named after commands of the standard. Each command throws the error to which
 * `fido-error.ts` maps the status of the answer, `CANCELLED` after an abort, `AUTHENTICATOR_ERROR` for a malformed answer, and any error that
 * ends the connection. PINs passed in are zeroed, also on error.
 */
export class Authenticator {
  readonly #channel: CtapChannel;
  readonly #clientPin: ClientPin;

  private constructor(
    channel: CtapChannel,
    private latest: AuthenticatorInfo,
  ) {
    this.#channel = channel;
    this.#clientPin = new ClientPin(channel, () => this.latest);
  }

  /** Opens the authenticator behind a transport. Returns null when the authenticator does not support CTAP2. */
  static async open(transport: Ctap2Transport, signal?: AbortSignal): Promise<Authenticator | null> {
    const channel = new CtapChannel(transport);
    try {
      const info = await getInfo(channel, signal);
      return info.versions.some((version) => version.startsWith('FIDO_2_')) ? new Authenticator(channel, info) : null;
    } catch (error) {
      // The application supports CTAP1 alone.
      if (isCardwrightError(error, 'NOT_SUPPORTED_BY_DEVICE')) return null;
      throw error;
    }
  }

  /**
   * Opens the authenticator on a card. Returns null when the card has no authenticator, or its authenticator does not support CTAP2. Before each
   * APDU, `card` must select the FIDO application if another application is selected, as a channel of `SelectedApplication` does.
   *
   * @throws CardwrightError the errors of `NfcCtap.select`, for example `FIDO_UNREACHABLE` if the operating system reserves the FIDO application
   */
  static async overPcsc(card: ApduChannel, options: NfcOptions): Promise<Authenticator | null> {
    const transport = await NfcCtap.select(card, options);
    return transport && Authenticator.open(transport);
  }

  /** Opens the authenticator on USB. Returns null when the authenticator does not support CTAP2. */
  static async overHid(device: HidChannel, clock: Clock, signal?: AbortSignal): Promise<Authenticator | null> {
    const transport = await HidCtap.open(device, clock, signal);
    return transport && Authenticator.open(transport, signal);
  }

  /**
   * The answer of the last authenticatorGetInfo. The answer is updated when this object sets or changes the PIN, sets the minimum length or resets
   * the authenticator, but not when another program does so. In that case, call `refresh`.
   */
  get info(): AuthenticatorInfo {
    return this.latest;
  }

  get transports(): readonly string[] {
    return this.#channel.transport.transports;
  }

  /** Returns the facts of `info` that Cardwright's protocol carries. */
  facts(): FidoFacts {
    return factsOf(this.latest);
  }

  /** Repeats authenticatorGetInfo (6.4). */
  async refresh(): Promise<AuthenticatorInfo> {
    this.latest = await getInfo(this.#channel);
    return this.latest;
  }

  /** getPINRetries: reads the remaining tries of the PIN (6.5.5.2). Returns null when no PIN is set, or the authenticator supports no PIN. */
  async pinRetries(): Promise<PinRetries | null> {
    return this.latest.options.get('clientPin') === true ? this.#clientPin.retries() : null;
  }

  /**
   * setPIN: sets the first PIN (6.5.5.5).
   *
   * @throws CardwrightError `PIN_RULE_VIOLATED`, `PIN_REFUSED_BY_DEVICE`, `NOT_SUPPORTED_BY_DEVICE`
   */
  async setPin(newPin: Uint8Array): Promise<void> {
    await this.#clientPin.setPin(newPin);
    this.#pinWasChosen();
  }

  /**
   * changePIN: replaces the PIN (6.5.5.6).
   *
   * @throws CardwrightError `FIDO_PIN_INCORRECT`, `FIDO_PIN_BLOCKED`, `FIDO_PIN_PAUSED`, `FIDO_PIN_MISSING`, `PIN_RULE_VIOLATED`,
   *   `PIN_REFUSED_BY_DEVICE`, `NOT_SUPPORTED_BY_DEVICE`
   */
  async changePin(pin: Uint8Array, newPin: Uint8Array): Promise<void> {
    await this.#clientPin.changePin(pin, newPin);
    this.#pinWasChosen();
  }

  /**
   * authenticatorMakeCredential: creates a credential (6.1). A list of excluded credentials that does not fit one message is first searched silently
   * (6.1.2, "pre-flight").
   *
   * @throws CardwrightError `PASSKEY_EXISTS`, `PASSKEY_STORE_FULL`, `ALGORITHM_NOT_SUPPORTED`, `TOUCH_TIMEOUT`, the errors of `ClientPin.pinToken`,
   *   and `NOT_SUPPORTED_BY_DEVICE` when the credential must be discoverable and the authenticator cannot store one. When verification is required,
   *   no PIN was given and the authenticator cannot verify the user itself: `FIDO_PIN_MISSING` if the authenticator supports a PIN but no PIN is set,
   *   `NOT_AUTHENTICATED` if it supports no PIN or its PIN is set.
   */
  async makeCredential(wanted: CredentialOrder, use: Use): Promise<MadeCredential> {
    const isRequired = wanted.userVerification === 'required';
    const { order, batches, fits } = this.#plan(wanted, use);
    const permissions = PERMISSION.MAKE_CREDENTIAL | (fits ? 0 : PERMISSION.GET_ASSERTION);
    return this.#verified(use, { permissions, rpId: order.rp.id }, isRequired, async (verify) => {
      const excludeList = fits ? order.excludeList : await this.#excluded(order, batches, verify, use);
      const parameters = makeCredentialParameters({ ...order, excludeList }, verify(order.clientDataHash));
      const request = { command: COMMAND.MAKE_CREDENTIAL, parameters };
      const answer = await this.#channel.ask(request, { kind: 'makeCredential' }, use);
      return readMadeCredential(answer, order, isRequired);
    });
  }

  /**
   * authenticatorGetAssertion: signs with one credential of the list (6.2). If a touch is required, a list that does not fit one message is first
   * searched silently. Returns null when the authenticator has no credential of the list, or reveals none without user verification.
   */
  async getAssertion(order: AssertionOrder, use: Use): Promise<Assertion | null> {
    const tokenUse = { permissions: PERMISSION.GET_ASSERTION, rpId: order.rpId };
    return this.#verified(use, tokenUse, false, async (verify) => {
      const batches = batchesOf(order.allowList, this.latest);
      if (!order.up || batches.length <= 1) return this.#firstAssertion(order, batches, verify, use);
      const found = await this.#firstAssertion({ ...order, up: false }, batches, verify, use);
      return found && this.#firstAssertion(order, [[found.credentialId]], verify, use);
    });
  }

  /**
   * deleteCredential (6.8.5, or the preview of this command in FIDO_2_1_PRE). Returns false when the credential does not exist.
   *
   * @param rpId binds the token to one relying party; null for a token that is valid for every relying party
   * @throws CardwrightError `NOT_SUPPORTED_BY_DEVICE`, `NOT_AUTHENTICATED` or `FIDO_PIN_MISSING` if no PIN was given and the authenticator issues no
   *   token without a PIN, `AUTHENTICATOR_ERROR`, and the errors of `ClientPin.pinToken`
   */
  async deleteCredential(rpId: string | null, credentialId: Uint8Array, use: Use): Promise<boolean> {
    const kind = credentialManagementOf(this.latest);
    if (!kind) throw lacking('credMgmt', use);
    const command = kind === 'standard' ? COMMAND.CREDENTIAL_MANAGEMENT : COMMAND.CREDENTIAL_MANAGEMENT_PREVIEW;
    const tokenUse = { permissions: PERMISSION.CREDENTIAL_MANAGEMENT, rpId: rpId ?? undefined };
    return this.#withToken(use, tokenUse, true, async (token) => {
      if (!token) throw new CardwrightError('NOT_AUTHENTICATED');
      const parameters = deleteCredentialParameters(credentialId, token);
      try {
        await this.#channel.request({ command, parameters }, { kind: 'deleteCredential' }, use.signal);
        return true;
      } catch (error) {
        if (saysNoCredential(error)) return false;
        throw error;
      }
    });
  }

  /**
   * setMinPINLength of authenticatorConfig (6.11.4): sets a minimum length, who may read it, and whether the PIN must be changed.
   *
   * @throws CardwrightError `NOT_SUPPORTED_BY_DEVICE`, `NOT_AUTHENTICATED` if a PIN is set and the user was not verified, and the errors of
   *   `ClientPin.pinToken`
   */
  async setMinPinLength(order: MinPinLengthOrder, use: Use): Promise<void> {
    if (!canSetMinPinLength(this.latest)) throw lacking('setMinPINLength', use);
    const isProtected = this.latest.options.get('clientPin') === true;
    await this.#withToken(use, { permissions: PERMISSION.CONFIG }, isProtected, async (token) => {
      const parameters = minPinLengthParameters(order, token);
      await this.#channel.request({ command: COMMAND.CONFIG, parameters }, { kind: 'setMinPinLength' }, use.signal);
    });
    await this.refresh();
  }

  /** Makes the authenticator refuse its PIN until the PIN is changed. */
  forceChangePin(use: Use): Promise<void> {
    return this.setMinPinLength({ forceChange: true }, use);
  }

  /**
   * authenticatorReset (6.6): erases credentials and PIN. Works only in the first seconds after the device was inserted, with a touch; with a long touch
   * if `info.longTouchForReset` is set, for which the user gets more time.
   *
   * @throws CardwrightError `FIDO_RESET_TOO_LATE`, `FIDO_RESET_REFUSED`, `TOUCH_TIMEOUT`
   */
  async reset(interaction: Interaction): Promise<void> {
    this.requireReset();
    const userTime = this.latest.longTouchForReset ? LONG_TOUCH_TIME : undefined;
    await this.#channel.ask({ command: COMMAND.RESET }, { kind: 'resetFido' }, { ...interaction, userTime });
    await this.#channel.transport.reopen();
    await this.refresh();
  }

  /**
   * Checks, without sending a command, that this transport permits a reset.
   *
   * @throws CardwrightError `FIDO_RESET_REFUSED` if the transport does not permit a reset
   */
  requireReset(): void {
    const { resetTransports } = this.latest;
    if (resetTransports && !this.transports.some((transport) => resetTransports.includes(transport))) {
      throw new CardwrightError('FIDO_RESET_REFUSED', { reason: 'transport' });
    }
  }

  /** authenticatorSelection (6.9): waits for a touch that has no other effect. Not in CTAP 2.0. */
  async selection(interaction: Interaction): Promise<void> {
    await this.#channel.ask({ command: COMMAND.SELECTION }, { kind: 'selection' }, interaction);
  }

  #pinWasChosen(): void {
    const options = new Map([...this.latest.options, ['clientPin', true]]);
    this.latest = { ...this.latest, options, forcePinChange: false };
  }

  /**
   * Adapts the order to this authenticator, and determines whether the order's excluded credentials fit one message.
   *
   * @throws CardwrightError `NOT_SUPPORTED_BY_DEVICE`, `ALGORITHM_NOT_SUPPORTED`
   */
  #plan(wanted: CredentialOrder, use: Use): Plan {
    const { algorithms: known, maxMessageSize, options } = this.latest;
    if (wanted.residentKey && options.get('rk') !== true) throw lacking('residentKey', use);
    const algorithms = wanted.algorithms.filter((algorithm) => known?.includes(algorithm) ?? true);
    if (algorithms.length === 0) {
      use.pin?.fill(0);
      throw new CardwrightError('ALGORITHM_NOT_SUPPORTED');
    }
    const batches = batchesOf(wanted.excludeList, this.latest);
    const order = { ...wanted, algorithms, excludeList: batches.flat() };
    const message = encodeMessage(COMMAND.MAKE_CREDENTIAL, makeCredentialParameters(order, LONGEST_VERIFICATION));
    return { order, batches, fits: batches.length <= 1 && message.length <= maxMessageSize };
  }

  /**
   * Returns a list of one excluded credential that the authenticator has. Returns an empty list if the authenticator has no excluded credential. The
   * list of one makes the authenticator refuse after a touch (WebAuthn, 6.3.2).
   */
  async #excluded(order: CredentialOrder, batches: Batches, verify: Verify, use: Use): Promise<readonly Uint8Array[]> {
    const look = { rpId: order.rp.id, clientDataHash: order.clientDataHash, allowList: [], up: false };
    const found = await this.#firstAssertion(look, batches, verify, use);
    return found ? [found.credentialId] : [];
  }

  async #firstAssertion(order: AssertionOrder, batches: Batches, verify: Verify, use: Use): Promise<Assertion | null> {
    for (const allowList of batches) {
      const batch = { ...order, allowList };
      const parameters = getAssertionParameters(batch, verify(order.clientDataHash));
      const request = { command: COMMAND.GET_ASSERTION, parameters };
      try {
        const answer = order.up
          ? this.#channel.ask(request, { kind: 'getAssertion' }, use)
          : this.#channel.request(request, { kind: 'getAssertion' }, use.signal);
        return readAssertion(await answer, batch);
      } catch (error) {
        if (!saysNoCredential(error)) throw error;
      }
    }
    return null;
  }

  /**
   * Verifies the user with the PIN if one is given. Without a PIN, the authenticator verifies the user itself if verification is required;
   * otherwise nobody does. Passes to `work` a function that returns the proof of this verification for a hash of client data.
   */
  #verified<T>(use: Use, tokenUse: TokenUse, isRequired: boolean, work: (verify: Verify) => Promise<T>): Promise<T> {
    return this.#withToken(use, tokenUse, isRequired, (token, uv) =>
      work((clientDataHash) => ({ token: token?.authenticate(clientDataHash), uv })),
    );
  }

  async #withToken<T>(
    use: Use,
    tokenUse: TokenUse,
    isRequired: boolean,
    work: (token: PinToken | undefined, uv: boolean) => Promise<T>,
  ): Promise<T> {
    const verifiesItself = use.pin === undefined && this.latest.options.get('uv') === true;
    const token = await this.#token(use, tokenUse, verifiesItself && isRequired);
    try {
      const uv = token === undefined && verifiesItself && isRequired;
      if (isRequired && !token && !uv) throw this.#unverified();
      return await work(token, uv);
    } finally {
      token?.destroy();
    }
  }

  async #token(use: Use, tokenUse: TokenUse, byItself: boolean): Promise<PinToken | undefined> {
    if (use.pin) return this.#clientPin.pinToken(use.pin, tokenUse);
    return byItself ? this.#clientPin.uvToken(tokenUse, use) : undefined;
  }

  /** Returns the error for a required verification that neither a PIN nor the authenticator itself can provide. */
  #unverified(): CardwrightError {
    const hasNone = this.latest.options.get('clientPin') === false;
    return new CardwrightError(hasNone ? 'FIDO_PIN_MISSING' : 'NOT_AUTHENTICATED');
  }
}

type Verify = (clientDataHash: Uint8Array) => Verification;
type Batches = readonly (readonly Uint8Array[])[];

interface Plan {
  readonly order: CredentialOrder;
  readonly batches: Batches;
  readonly fits: boolean;
}

/** Placeholder of the longest verification, to compute the length of a message in advance. */
const LONGEST_VERIFICATION = { token: { param: new Uint8Array(32), protocol: 2 } };

const getInfo = async (channel: CtapChannel, signal?: AbortSignal): Promise<AuthenticatorInfo> =>
  readInfo(await channel.request({ command: COMMAND.GET_INFO }, { kind: 'getInfo' }, signal));

function lacking(capability: string, use: Use = {}): CardwrightError {
  use.pin?.fill(0);
  return new CardwrightError('NOT_SUPPORTED_BY_DEVICE', { capability });
}
