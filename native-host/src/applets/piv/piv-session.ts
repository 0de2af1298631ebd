import { CardwrightError } from '@cardwright/protocol';
import type { Capabilities } from '@cardwright/protocol/devices';
import type { ApduChannel } from '../../iso7816/exchange.js';
import { selectApplication } from '../select.js';
import { CardManagementKey } from './card-management-key.js';
import { CardObjects } from './card-objects.js';
import { askVersion } from './firmware-version.js';
import { MetadataReader } from './metadata-reader.js';
import { PIV_AID } from './objects.js';
import { PinAndPuk } from './pin-and-puk.js';
import { PivChannel } from './piv-channel.js';
import { readSerialNumber } from './serial-number.js';
import { SlotKeys } from './slot-keys.js';
import { VerifiedPin } from './verified-pin.js';
import { isAtLeast, SINCE, YUBICO_INS, type FirmwareVersion } from './yubico.js';

/** Which APDU lengths to try. */
export interface LengthOptions {
  /** Set when reader and transmission protocol support extended lengths. */
  readonly extendedLength: boolean;
  /** Set when the card announces extended lengths. If the card reports a version, the version decides instead. */
  readonly announced: boolean;
}

interface SelectedCard {
  readonly channel: PivChannel;
  readonly verifiedPin: VerifiedPin;
  readonly version: FirmwareVersion | undefined;
  readonly serial: string | null;
  /** The functions of its version. */
  readonly capabilities: Capabilities;
}

/**
 * The selected PIV application of one card. The methods of its parts are the operations of SP 800-73-4 Part 2, by their names there. What a
 * plain card lacks is a flag of `capabilities`; calling it anyway gives `NOT_SUPPORTED_BY_DEVICE` without an APDU. Each method throws the
 * error that `piv-error.ts` maps a status word to, and errors of the connection such as `CARD_REMOVED`.
 */
export class PivSession {
  /** Firmware, where the card reports it as Yubico's do. */
  readonly version: FirmwareVersion | undefined;
  /** Decimal serial number, where the card reports it. */
  readonly serial: string | null;
  readonly pins: PinAndPuk;
  readonly managementKey: CardManagementKey;
  readonly keys: SlotKeys;
  readonly objects: CardObjects;
  readonly #channel: PivChannel;
  readonly #metadata: MetadataReader;
  readonly #capabilities: Capabilities;

  private constructor({ channel, verifiedPin, version, serial, capabilities }: SelectedCard) {
    const metadata = new MetadataReader(channel, capabilities.metadata);
    this.version = version;
    this.serial = serial;
    this.pins = new PinAndPuk(channel, metadata, verifiedPin);
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
   * Selects the application and identifies the card.
   *
   * @throws CardwrightError `NO_APPLICATION` when the card has no PIV
   */
  static async select(card: ApduChannel, { extendedLength, announced }: LengthOptions): Promise<PivSession> {
    const verifiedPin = new VerifiedPin();
    const channel = new PivChannel(card, () => verifiedPin.forget());
    await channel.request(selectApplication(PIV_AID), { kind: 'select' });
    const version = await askVersion(channel);
    const since = (first: FirmwareVersion): boolean => version !== undefined && isAtLeast(version, first);
    if (extendedLength && (announced || since(SINCE.EXTENDED_LENGTH))) channel.tryExtendedLength();
    const serial = since(SINCE.SERIAL) ? await readSerialNumber(channel) : null;
    const capabilities: Capabilities = {
      serial: serial !== null,
      metadata: since(SINCE.METADATA),
      attestation: since(SINCE.ATTESTATION),
      changeManagementKey: version !== undefined,
      reset: version !== undefined,
    };
    return new PivSession({ channel, verifiedPin, version, serial, capabilities });
  }

  /** The card's functions beyond the standard: those of its version, without those found to be missing. */
  get capabilities(): Capabilities {
    return { ...this.#capabilities, metadata: this.#metadata.isSupported };
  }

  /** @throws CardwrightError `NOT_SUPPORTED_BY_DEVICE`, without an APDU, when the card lacks the function */
  require(capability: keyof Capabilities): void {
    if (!this.capabilities[capability]) throw new CardwrightError('NOT_SUPPORTED_BY_DEVICE', { capability });
  }

  /** Call it when another application was selected, which ends the security status of this one (3.1.1). */
  deselected(): void {
    this.pins.forgetPin();
    this.managementKey.forgetProof();
  }

  /** Yubico's RESET: erases the application. The card requires that PIN and PUK are blocked first: see factory-reset.ts. */
  async reset(): Promise<void> {
    this.require('reset');
    await this.#channel.perform({ ins: YUBICO_INS.RESET, p1: 0, p2: 0 }, { kind: 'reset' });
    this.pins.forget();
    this.managementKey.forget();
    this.keys.forget();
  }
}
