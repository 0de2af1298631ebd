import { CardwrightError } from '@cardwright/protocol';
import { recogniseCard, type Capabilities, type CardKind, type Lacking } from '@cardwright/protocol/devices';
import type { ApduChannel } from '../../iso7816/exchange.js';
import { selectApplication } from '../select.js';
import { CardManagementKey } from './card-management-key.js';
import { CardObjects } from './card-objects.js';
import { readLabel } from './application-label.js';
import { askVersion } from './firmware-version.js';
import { MetadataReader } from './metadata-reader.js';
import { PIV_AID } from './objects.js';
import { PinAndPuk } from './pin-and-puk.js';
import { PinsOnReader } from './pins-on-reader.js';
import { PivChannel } from './piv-channel.js';
import { readSerialNumber } from './serial-number.js';
import { SlotKeys } from './slot-keys.js';
import { VerifiedPin } from './verified-pin.js';
import { formatVersion, isAtLeast, SINCE, YUBICO_INS, type FirmwareVersion } from './yubico.js';

/** Facts that decide whether extended APDU lengths are tried, and the card's answer to reset. */
export interface LengthOptions {
  /** Set when reader and transmission protocol support extended lengths. */
  readonly extendedLength: boolean;
  /** Set when the card announces extended lengths. A firmware version of 4.0 or later also counts as such an announcement. */
  readonly announced: boolean;
  /** By the answer to reset, some kinds of cards are recognised. */
  readonly atr?: Uint8Array;
}

interface SelectedCard {
  readonly channel: PivChannel;
  readonly verifiedPin: VerifiedPin;
  readonly version: FirmwareVersion | undefined;
  readonly kind: CardKind;
  readonly serial: string | null;
  /** Functions beyond the standard that cards of this version have. `serial` is set only if this card reported a serial number. */
  readonly capabilities: Capabilities;
}

/**
 * The selected PIV application of one card. Its parts (`pins`, `keys` and so on) have methods for the commands of SP 800-73-4 Part 2. Each
 * function that a plain card lacks has a flag in `capabilities`. If the card lacks the function, `reset` and `managementKey.set` throw
 * `NOT_SUPPORTED_BY_DEVICE` without an APDU, `keys.attest` returns null, and `keys.metadata` undefined. Each method throws the error to which
 * `piv-error.ts` maps a status word, and errors of the connection such as `CARD_REMOVED`.
 */
export class PivSession {
  /** Firmware version; undefined if the card does not report a version. */
  readonly version: FirmwareVersion | undefined;
  readonly kind: CardKind;
  /** Serial number in decimal digits; null if the card does not report one, or if its kind has no serial number of its own. */
  readonly serial: string | null;
  readonly pins: PinAndPuk;
  readonly pinsOnReader: PinsOnReader;
  readonly managementKey: CardManagementKey;
  readonly keys: SlotKeys;
  readonly objects: CardObjects;
  readonly #channel: PivChannel;
  readonly #metadata: MetadataReader;
  readonly #capabilities: Capabilities;

  private constructor({ channel, verifiedPin, version, kind, serial, capabilities }: SelectedCard) {
    const metadata = new MetadataReader(channel, capabilities.metadata);
    this.version = version;
    this.kind = kind;
    this.serial = serial;
    this.pins = new PinAndPuk(channel, metadata, verifiedPin);
    this.pinsOnReader = new PinsOnReader(channel, this.pins);
    const isChangeable = capabilities.changeManagementKey;
    this.managementKey = new CardManagementKey({ channel, metadata, version, isChangeable });
    const isManagementKeyProved = (): boolean => this.managementKey.isProved;
    this.keys = new SlotKeys({ channel, metadata, version, isManagementKeyProved });
    this.objects = new CardObjects(channel);
    this.#channel = channel;
    this.#metadata = metadata;
    this.#capabilities = capabilities;
  }

  /**
   * Selects the application, and reads the firmware version and the serial number.
   *
   * @throws CardwrightError `NO_APPLICATION` when the card has no PIV
   */
  static async select(card: ApduChannel, { extendedLength, announced, atr }: LengthOptions): Promise<PivSession> {
    const verifiedPin = new VerifiedPin();
    const channel = new PivChannel(card, () => verifiedPin.forget());
    const label = readLabel(await channel.request(selectApplication(PIV_AID), { kind: 'select' }));
    const version = await askVersion(channel);
    const kind = recogniseCard({
      atr: atr ?? new Uint8Array(),
      label,
      version: version ? formatVersion(version) : null,
    });
    const mayHave = (what: Lacking): boolean => !kind.lacks.includes(what);
    const since = (first: FirmwareVersion): boolean => version !== undefined && isAtLeast(version, first);
    if (extendedLength && (announced || since(SINCE.EXTENDED_LENGTH))) channel.tryExtendedLength();
    const serial = since(SINCE.SERIAL) && mayHave('serial number') ? await readSerialNumber(channel) : null;
    const capabilities: Capabilities = {
      serial: serial !== null,
      metadata: since(SINCE.METADATA) && mayHave('metadata'),
      attestation: since(SINCE.ATTESTATION) && mayHave('attestation'),
      changeManagementKey: version !== undefined,
      reset: version !== undefined,
    };
    return new PivSession({ channel, verifiedPin, version, kind, serial, capabilities });
  }

  /**
   * The card's functions beyond the standard: the functions of its firmware version, without `metadata` or `serial` if the card turned out to lack
   * this function.
   */
  get capabilities(): Capabilities {
    return { ...this.#capabilities, metadata: this.#metadata.isSupported };
  }

  /** Checks, without an APDU, that the card has a function. @throws CardwrightError `NOT_SUPPORTED_BY_DEVICE` if the card lacks it */
  require(capability: keyof Capabilities): void {
    if (!this.capabilities[capability]) throw new CardwrightError('NOT_SUPPORTED_BY_DEVICE', { capability });
  }

  /**
   * Forgets the verified PIN and management key. Call this method when another application was selected, because the selection ends the security
   * status (3.1.1).
   */
  deselected(): void {
    this.pins.forgetPin();
    this.managementKey.forgetProof();
  }

  /** Erases the application with Yubico's RESET. The card requires that PIN and PUK are blocked first: see `resetToFactory`. */
  async reset(): Promise<void> {
    this.require('reset');
    await this.#channel.perform({ ins: YUBICO_INS.RESET, p1: 0, p2: 0 }, { kind: 'reset' });
    this.pins.forget();
    this.managementKey.forget();
    this.keys.forget();
  }
}
