import { CardwrightError, isCardwrightError } from '@cardwright/protocol';
import type { UserSecret } from '@cardwright/protocol/command-definitions';
import type { DeviceInfo, KeySlot } from '@cardwright/protocol/devices';
import { resetToFactory } from '../applets/piv/factory-reset.js';
import type { Authenticator } from '../applets/fido2/authenticator.js';
import type { PivSession } from '../applets/piv/piv-session.js';
import type { CardConnection } from '../pcsc/card-connection.js';
import { Pinpad } from '../pcsc/pinpad.js';
import type { Readers } from '../pcsc/readers.js';
import type { PreparedCredentials } from './escrow.js';
import { takeAndIdentify, type IdentifiedCard, type IdentifyOptions } from './identified-card.js';
import { identify, type Place } from './identify.js';
import { modelOf, type Model } from './models.js';

/**
 * The one device that this session holds, from `device.open` to `device.close`, and everything remembered about the device. No other program can send
 * the card a command, except between `release` and `takeBack`. Closing resets the card and forgets the secrets.
 */
export class OpenDevice {
  /** New secrets of the card, which `credentials.prepare` or `credentials.restore` created and `credentials.apply` writes. */
  prepared: PreparedCredentials | undefined;
  /**
   * The PIN that the card got in this session (the initial PIN, or a PIN that the user set in a step), or that it verified in a step. Commands refer to
   * this PIN by the source `session`.
   */
  #pin: Uint8Array | undefined;
  /** The FIDO PIN that was set or verified in this session, or that PIV and FIDO2 share. Commands refer to this PIN by the source `session`. */
  #fidoPin: Uint8Array | undefined;
  /**
   * Set when the card got or verified, in this session, a PIN that its user entered at the reader. Commands that refer to the PIN by the source
   * `session` then have the user enter it there again.
   */
  isPinOnReader = false;
  #pinpad: { readonly connection: CardConnection; readonly found: Promise<Pinpad | null> } | undefined;
  /** Set when PIV and FIDO2 share one PIN: the CMS says so, or setting the initial PIN also set the FIDO PIN. */
  sharesPin = false;
  /**
   * DER SubjectPublicKeyInfo of the keys generated or proved in this session. The keys are kept because a card without extensions of its vendor
   * cannot return them again.
   */
  readonly generatedKeys = new Map<KeySlot, Uint8Array>();
  /** Ids of the passkeys created in this session, in base64url. No other passkeys are deleted. */
  readonly madePasskeys = new Set<string>();

  #info: DeviceInfo;
  /** The operation for which the user has agreed to the erasure of the device; null if there is no such operation. */
  #erasableBy: string | null = null;
  /** The operation for which the user has agreed to the reset of the FIDO2 application too; null if there is no such operation. */
  #fidoErasableBy: string | null = null;

  #place: Place;
  #card: IdentifiedCard;

  private constructor(card: IdentifiedCard, place: Place) {
    this.#card = card;
    this.#place = place;
    this.#info = card.info;
  }

  /**
   * Takes the card of a reader, and checks that the card is the device listed under this id.
   *
   * @param known the facts that were read since the card was inserted; undefined if no facts were read
   * @throws CardwrightError `WRONG_DEVICE`, `CONTACT_NEEDED` when the card must be inserted into a reader with contacts, and the errors of
   *   `takeAndIdentify`
   */
  static async open(
    readers: Readers,
    place: Place,
    id: string,
    options: IdentifyOptions,
    known?: DeviceInfo,
  ): Promise<OpenDevice> {
    const card = await takeAndIdentify(readers, place, options, known);
    const { info } = card;
    // A device was listed under a provisional id if it was not read, or if another device had the same id. This id does not tell which device it is,
    // so any device is accepted. Any other id must match.
    const listedByPlace = id.startsWith('reader:') || id.endsWith(`@${place.reader}`);
    const isRight = listedByPlace || info.id === id;
    if (isRight && info.state === 'ready') return new OpenDevice(card, place);
    await card.close();
    throw new CardwrightError(isRight ? 'CONTACT_NEEDED' : 'WRONG_DEVICE');
  }

  get model(): Model {
    return modelOf(this.#card.applications);
  }

  get connection(): CardConnection {
    return this.#card.connection;
  }

  get place(): Place {
    return this.#place;
  }

  /** Returns the keypad of the device's reader; null if it has none. Asks the reader once in each connection. */
  pinpad(): Promise<Pinpad | null> {
    const { connection } = this;
    if (this.#pinpad?.connection !== connection) this.#pinpad = { connection, found: Pinpad.find(connection) };
    return this.#pinpad.found;
  }

  /** Takes the reader for one without a keypad, because it has refused to use the one that it announces. */
  ignorePinpad(): void {
    this.#pinpad = { connection: this.connection, found: Promise.resolve(null) };
  }

  /** @throws CardwrightError `NOT_SUPPORTED_BY_DEVICE` if the card has no PIV */
  get piv(): PivSession {
    const { piv } = this.#card.applications;
    if (!piv) throw new CardwrightError('NOT_SUPPORTED_BY_DEVICE', { capability: 'piv' });
    return piv;
  }

  /** @throws CardwrightError `FIDO_UNREACHABLE` if this host cannot reach a FIDO2 application of the device */
  get fido(): Authenticator {
    const { fido } = this.#card.applications;
    if (!fido) throw new CardwrightError('FIDO_UNREACHABLE');
    return fido;
  }

  /** True if the FIDO2 application is reset by a long touch alone. */
  get takesLongTouch(): boolean {
    return this.#card.applications.fido?.info.longTouchForReset ?? false;
  }

  /**
   * The facts of the device. The facts of PIV were read when the device was opened or erased last; the facts of FIDO2 are updated by `noteFido2`
   * and `takeBack`.
   */
  get info(): DeviceInfo {
    return this.#info;
  }

  /** True if the card had neither a GUID nor a certificate when this session last took it: at the opening, or after another program had it. */
  get wasEmptyWhenTaken(): boolean {
    const { guid, certificates } = this.#card.info;
    return guid === null && certificates.length === 0;
  }

  /**
   * Records the operation for which the user has agreed to one erasure of the device; null withdraws the consent.
   *
   * @param withFido true if the user has also agreed to the reset of FIDO2
   */
  allowErasure(operation: string | null, withFido: boolean): void {
    this.#erasableBy = operation;
    this.#fidoErasableBy = withFido ? operation : null;
  }

  /** True if the user has agreed that the operation erases the device, and the device was not erased since. */
  mayBeErasedBy(operation: string | null): boolean {
    return operation !== null && this.#erasableBy === operation;
  }

  /** True if the user has agreed that the operation resets the FIDO2 application too, and the application was not reset since. */
  mayLoseFidoBy(operation: string | null): boolean {
    return operation !== null && this.#fidoErasableBy === operation;
  }

  /**
   * Checks that the FIDO2 application of the device can be reset without PIV: PIV and FIDO2 share no PIN, and the transport permits a reset.
   *
   * @throws CardwrightError `FIDO_UNREACHABLE`, `FIDO_RESET_REFUSED`
   */
  requireFidoReset(): void {
    if (this.sharesPin) throw new CardwrightError('FIDO_RESET_REFUSED', { reason: 'shared' });
    this.fido.requireReset();
  }

  /** Records that the FIDO2 application was reset: withdraws the consent to the reset, forgets the FIDO PIN, and updates `info`. */
  noteFidoReset(): void {
    this.#fidoErasableBy = null;
    this.rememberFidoPin(undefined);
    this.noteFido2();
  }

  /**
   * Erases the PIV application and reads the facts of the card again. Forgets all secrets and keys first, because even an incomplete reset
   * invalidates them.
   */
  async erase(): Promise<void> {
    const { piv } = this;
    this.#erasableBy = null;
    this.forgetSecrets();
    this.generatedKeys.clear();
    await resetToFactory(piv);
    this.#info = await identify(this.#card.applications, this.place);
  }

  /**
   * Resets the card and releases it for another program. The card loses its security status, but what this session remembers is kept for
   * `takeBack`.
   */
  async release(): Promise<void> {
    this.#card.applications.piv?.pins.forgetPin();
    await this.#card.close();
  }

  /**
   * Takes the card again after `release`.
   *
   * @param place the card that is in the reader now
   * @param mayHaveLeft true if the card was to be removed and reinserted
   * @throws CardwrightError `WRONG_DEVICE` when another card is there, or the card can no longer be used, and the errors of `takeAndIdentify`
   */
  async takeBack(readers: Readers, place: Place, options: IdentifyOptions, mayHaveLeft: boolean): Promise<void> {
    // This session has changed the card since the last look, so all facts are read again.
    const card = await takeAndIdentify(readers, place, options).catch((error: unknown) => {
      if (isCardwrightError(error, 'NO_APPLICATION')) throw new CardwrightError('WRONG_DEVICE', {}, { cause: error });
      throw error;
    });
    const hasLeft = place.card.insertion !== this.place.card.insertion;
    const isSame = hasLeft ? isSameAfterLeaving(card.info, this.info, mayHaveLeft) : isSameIn(card.info, this.info);
    if (!isSame || card.info.state !== 'ready') {
      await card.close();
      throw new CardwrightError('WRONG_DEVICE');
    }
    // A card without a serial number may be another of the same kind, for which the user has agreed to no erasure.
    if (hasLeft && card.info.serial === null) this.allowErasure(null, false);
    this.#card = card;
    this.#place = place;
    this.#seeFido2(card.info);
  }

  /** Reads the facts of the FIDO2 application again. Sets `sharesPin` if setting the initial PIN has also set the FIDO PIN. */
  async lookAtFido2(): Promise<void> {
    const before = this.info.fido2?.pinSet;
    await this.fido.refresh();
    this.noteFido2();
    // No other program can have set the FIDO PIN since the facts were read, so setting the PIV PIN set it too.
    if (before === false && this.info.fido2?.pinSet === true && this.#pin) this.sharesPin = true;
  }

  /** Updates `info` with the facts that `fido` read last. */
  noteFido2(): void {
    this.#seeFido2({ applications: this.info.applications, fido2: this.fido.facts() });
  }

  #seeFido2({ applications, fido2 }: Pick<DeviceInfo, 'applications' | 'fido2'>): void {
    this.#info = { ...this.#info, applications, fido2 };
  }

  /** Returns the secret that this session remembers under a name. Returns undefined if it remembers no secret under this name. */
  remembered(name: UserSecret): Uint8Array | undefined {
    if (name === 'pin') return this.#pin;
    return name === 'fidoPin' ? this.#fidoPin : undefined;
  }

  /** Remembers a copy of the PIN that the card got or verified in this session; undefined to forget it. */
  rememberPin(pin: Uint8Array | undefined): void {
    this.#pin?.fill(0);
    this.#pin = pin && Uint8Array.from(pin);
    this.isPinOnReader = false;
  }

  /** Remembers a copy of the FIDO PIN that the device has now; undefined to forget it. */
  rememberFidoPin(pin: Uint8Array | undefined): void {
    this.#fidoPin?.fill(0);
    this.#fidoPin = pin && Uint8Array.from(pin);
  }

  /** Overwrites and forgets the remembered secrets. */
  forgetSecrets(): void {
    this.rememberFidoPin(undefined);
    this.#card.applications.piv?.pins.forgetPin();
    this.rememberPin(undefined);
    this.prepared?.forget();
    this.prepared = undefined;
  }

  /** Resets the card, releases it and forgets its secrets. */
  async close(): Promise<void> {
    this.forgetSecrets();
    await this.#card.close();
  }
}

/** True if a card that never left its reader is the same: it reports the same serial number, or again no serial number. */
const isSameIn = (now: DeviceInfo, before: DeviceInfo): boolean => now.serial === before.serial;

/**
 * True if a card that left its reader is the same. Only a serial number proves this. Without serial numbers, a card of the same kind counts as the
 * same card if the user was asked to reinsert the card (`mayHaveLeft`). If the user was not asked, no card does.
 */
function isSameAfterLeaving(now: DeviceInfo, before: DeviceInfo, mayHaveLeft: boolean): boolean {
  if (now.serial !== null || before.serial !== null) return now.serial === before.serial;
  return mayHaveLeft && kindOf(now) === kindOf(before);
}

const kindOf = ({ model, atr, fido2 }: DeviceInfo): string => JSON.stringify([model, atr, fido2?.aaguid ?? null]);
