import { CardwrightError, isCardwrightError, type DeviceInfo, type Slot, type UserSecret } from '@cardwright/protocol';
import { resetToFactory } from '../applets/piv/factory-reset.js';
import type { Authenticator } from '../applets/fido2/authenticator.js';
import type { PivSession } from '../applets/piv/piv-session.js';
import type { CardConnection } from '../pcsc/card-connection.js';
import type { Readers } from '../pcsc/readers.js';
import type { PreparedCredentials } from './escrow.js';
import { takeAndIdentify, type IdentifiedCard, type IdentifyOptions } from './identified-card.js';
import { identify, type Place } from './identify.js';
import { modelOf, type Model } from './models.js';

/**
 * The one device that this session holds, from `device.open` to `device.close`, with everything remembered about it
 * meanwhile. No one else can send it a command; closing resets the card and forgets the secrets.
 */
export class OpenDevice {
  /** Made by `credentials.prepare` or taken back by `credentials.restore`, written by `credentials.apply`. */
  prepared: PreparedCredentials | undefined;
  /** The initial PIN once the card has it: source `session`. */
  #pin: Uint8Array | undefined;
  /** The FIDO PIN that was set or proved in this session: source `session`. */
  #fidoPin: Uint8Array | undefined;
  /** Whether PIV and FIDO2 have one PIN: as the CMS says, or as it turned out when the initial PIN was set. */
  sharesPin = false;
  /** DER SubjectPublicKeyInfo of keys that were generated here, because a plain card cannot be asked for them. */
  readonly generatedKeys = new Map<Slot, Uint8Array>();
  /** Credential ids of passkeys that came to be while it is open, base64url: no others are deleted. */
  readonly madePasskeys = new Set<string>();

  #info: DeviceInfo;
  /** The operation by which the user has agreed that it may be erased. */
  #erasableBy: string | null = null;
  /** The one by which they have agreed that its FIDO2 application may be reset too. */
  #fidoErasableBy: string | null = null;

  #place: Place;
  #card: IdentifiedCard;

  private constructor(card: IdentifiedCard, place: Place) {
    this.#card = card;
    this.#place = place;
    this.#info = card.info;
  }

  /**
   * Takes the card of a reader, and makes sure that it is the one that was listed under this id.
   *
   * @param known what was seen of this insertion before
   * @throws CardwrightError `WRONG_DEVICE`, `CONTACT_NEEDED` when the card has to be read by its contacts, and what
   * `takeAndIdentify` throws
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
    // A device that was listed while another program held it has a provisional id, and gets its real one here. A real one must agree.
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

  /** @throws CardwrightError `NOT_SUPPORTED_BY_DEVICE` where the card has no PIV */
  get piv(): PivSession {
    const { piv } = this.#card.applications;
    if (!piv) throw new CardwrightError('NOT_SUPPORTED_BY_DEVICE', { capability: 'piv' });
    return piv;
  }

  /** @throws CardwrightError `FIDO_UNREACHABLE` where this host reaches no FIDO2 application of the device */
  get fido(): Authenticator {
    const { fido } = this.#card.applications;
    if (!fido) throw new CardwrightError('FIDO_UNREACHABLE');
    return fido;
  }

  /** What the card is, as it was when it was opened or erased, but for its FIDO2 application: that is as it was seen last. */
  get info(): DeviceInfo {
    return this.#info;
  }

  /** The user has agreed that an operation erases it, once. */
  allowErasure(operation: string | null, withFido: boolean): void {
    this.#erasableBy = operation;
    this.#fidoErasableBy = withFido ? operation : null;
  }

  /** Whether the user has agreed to that. */
  mayBeErasedBy(operation: string | null): boolean {
    return operation !== null && this.#erasableBy === operation;
  }

  /** Whether the user has agreed that it resets its FIDO2 application too. */
  mayLoseFidoBy(operation: string | null): boolean {
    return operation !== null && this.#fidoErasableBy === operation;
  }

  /**
   * Requires that its FIDO2 application can be reset by itself.
   *
   * @throws CardwrightError `FIDO_UNREACHABLE`, `FIDO_RESET_REFUSED`
   */
  requireFidoReset(): void {
    if (this.sharesPin) throw new CardwrightError('FIDO_RESET_REFUSED', { reason: 'shared' });
    this.fido.requireReset();
  }

  /** Its FIDO2 application was reset. */
  noteFidoReset(): void {
    this.#fidoErasableBy = null;
    this.rememberFidoPin(undefined);
    this.noteFido2();
  }

  /**
   * Erases the PIV application and looks at the card again. What was remembered of it is forgotten first, because a reset
   * that ends midway has invalidated it already.
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
   * Resets the card and releases it for another program. What was proved to the card is gone, while what is remembered of this
   * session is kept for `takeBack`.
   */
  async release(): Promise<void> {
    this.#card.applications.piv?.forgetPin();
    await this.#card.close();
  }

  /**
   * Takes it again.
   *
   * @param place where a card is now
   * @param mayHaveLeft whether it was to be removed and inserted again
   * @throws CardwrightError `WRONG_DEVICE` when another is there, and what `takeAndIdentify` throws
   */
  async takeBack(readers: Readers, place: Place, options: IdentifyOptions, mayHaveLeft: boolean): Promise<void> {
    // What this session wrote to it differs from what was seen of it: all of it is asked again.
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
    // Without a number it may be another one of its kind, for which nobody has agreed to anything.
    if (hasLeft && card.info.serial === null) this.allowErasure(null, false);
    this.#card = card;
    this.#place = place;
    this.#seeFido2(card.info);
  }

  /** Asks the FIDO2 application again what it is. */
  async lookAtFido2(): Promise<void> {
    const before = this.info.fido2?.pinSet;
    await this.fido.refresh();
    this.noteFido2();
    // Nobody else can have set it meanwhile.
    if (before === false && this.info.fido2?.pinSet === true && this.#pin) this.sharesPin = true;
  }

  /** Takes over what the FIDO2 application told last. */
  noteFido2(): void {
    this.#seeFido2({ applications: this.info.applications, fido2: this.fido.facts() });
  }

  #seeFido2({ applications, fido2 }: Pick<DeviceInfo, 'applications' | 'fido2'>): void {
    this.#info = { ...this.#info, applications, fido2 };
  }

  /** A secret of this session; undefined where it has none of this name. */
  remembered(name: UserSecret): Uint8Array | undefined {
    if (name === 'pin') return this.#pin;
    return name === 'fidoPin' ? this.#fidoPin : undefined;
  }

  /** Remembers a copy of the initial PIN, which the card has now, or none. */
  rememberPin(pin: Uint8Array | undefined): void {
    this.#pin?.fill(0);
    this.#pin = pin && Uint8Array.from(pin);
  }

  /** Remembers a copy of the FIDO PIN that the device has now, or none. */
  rememberFidoPin(pin: Uint8Array | undefined): void {
    this.#fidoPin?.fill(0);
    this.#fidoPin = pin && Uint8Array.from(pin);
  }

  /** Overwrites what is remembered of secrets. */
  forgetSecrets(): void {
    this.rememberFidoPin(undefined);
    this.#card.applications.piv?.forgetPin();
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

/** A card that never left its reader is the same, unless it tells another number. */
const isSameIn = (now: DeviceInfo, before: DeviceInfo): boolean => now.serial === before.serial;

/**
 * A card that left its reader is known by its number alone. One without a number is taken for another, except where it was asked to
 * leave: then all that can be told is that it is one of its kind.
 */
function isSameAfterLeaving(now: DeviceInfo, before: DeviceInfo, mayHaveLeft: boolean): boolean {
  if (now.serial !== null || before.serial !== null) return now.serial === before.serial;
  return mayHaveLeft && kindOf(now) === kindOf(before);
}

const kindOf = ({ model, atr, fido2 }: DeviceInfo): string => JSON.stringify([model, atr, fido2?.aaguid ?? null]);
