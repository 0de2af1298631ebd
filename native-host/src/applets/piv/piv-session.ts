import {
  CardwrightError,
  type Capabilities,
  type KeyAlgorithm,
  type ManagementKeyAlgorithm,
  type RetryStatus,
  type Slot,
} from '@cardwright/protocol';
import type { ApduChannel } from '../../iso7816/exchange.js';
import { SW } from '../../iso7816/status-word.js';
import { findTlv, ifTlv, requireTlv } from '../../iso7816/tlv.js';
import { selectApplication } from '../select.js';
import { Attestor, type Attestation } from './attestation.js';
import { decodeCertificateObject, encodeCertificateObject } from './certificate-object.js';
import { readDataObject, writeDataObject } from './data-object.js';
import { decodeDiscovery, type Discovery } from './discovery.js';
import { askVersion } from './firmware-version.js';
import { answerWitness, requestWitness, signWithKey } from './general-authenticate.js';
import { INS, TAG_DATA } from './instructions.js';
import { generateKeyPair, isRsa, type KeyPolicies } from './key-generation.js';
import {
  CERTIFICATE_OBJECT,
  guidOfChuid,
  KEY_REFERENCE,
  MANAGEMENT_KEY,
  managementKeyAlgorithmOf,
  OBJECT,
  PIV_AID,
  REFERENCE,
  type ManagementKey,
} from './objects.js';
import { readMetadata, type Metadata } from './metadata.js';
import { PivChannel } from './piv-channel.js';
import { readAnswer, type PivOperation } from './piv-error.js';
import { padPin, retryStatusOf } from './piv-pin.js';
import { readSerialNumber } from './serial-number.js';
import { VerifiedPin } from './verified-pin.js';
import {
  isAtLeast,
  makesWeakRsaKeys,
  SET_MANAGEMENT_KEY_P,
  SINCE,
  YUBICO_INS,
  type FirmwareVersion,
} from './yubico.js';

const EMPTY = new Uint8Array();
/** The properties of a card's management key. */
export interface ManagementKeyStatus {
  readonly algorithm: ManagementKeyAlgorithm;
  /** True for the factory's key; null where the card does not say. */
  readonly isDefault: boolean | null;
}

/** Which APDU lengths to try. */
export interface LengthOptions {
  /** Set when reader and transmission protocol support extended lengths. */
  readonly extendedLength: boolean;
  /** Set when the card announces extended lengths. If the card reports a version, the version decides instead. */
  readonly announced: boolean;
}

/**
 * The selected PIV application of one card. Its methods are the operations of SP 800-73-4 Part 2, by their names there. What a plain card
 * lacks is a flag of `capabilities`; calling it anyway gives `NOT_SUPPORTED_BY_DEVICE` without an APDU. Each method throws the error that
 * `piv-error.ts` maps a status word to, and errors of the connection such as `CARD_REMOVED`.
 */
export class PivSession {
  readonly #attestor: Attestor;
  #managementKeyProved = false;
  /** Undefined before the card was asked. The answer is valid until the key is changed. */
  #managementKeyStatus: ManagementKeyStatus | null | undefined;
  /** The card's last answer. Undefined once the PUK was used after it. */
  #pukStatus: RetryStatus | undefined;

  private constructor(
    private readonly channel: PivChannel,
    private readonly verifiedPin: VerifiedPin,
    /** Firmware, where the card reports it as Yubico's do. */
    readonly version: FirmwareVersion | undefined,
    /** Decimal serial number, where the card reports it. */
    readonly serial: string | null,
    private features: Capabilities,
  ) {
    this.#attestor = new Attestor(channel);
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
    return new PivSession(channel, verifiedPin, version, serial, {
      serial: serial !== null,
      metadata: since(SINCE.METADATA),
      attestation: since(SINCE.ATTESTATION),
      changeManagementKey: version !== undefined,
      reset: version !== undefined,
    });
  }

  /** The card's functions beyond the standard: those of its version, without those found to be missing. */
  get capabilities(): Capabilities {
    return this.features;
  }

  /** True once the management key was authenticated since the application was selected. */
  get managementKeyProved(): boolean {
    return this.#managementKeyProved;
  }

  /** @throws CardwrightError `NOT_SUPPORTED_BY_DEVICE`, without an APDU, when the card lacks the function */
  require(capability: keyof Capabilities): void {
    if (!this.capabilities[capability]) throw new CardwrightError('NOT_SUPPORTED_BY_DEVICE', { capability });
  }

  /** VERIFY (3.2.1). `pin` are the bytes that the user types, without padding. */
  async verifyPin(pin: Uint8Array): Promise<void> {
    // A wrong PIN ends the security status that an earlier one set (3.2.1).
    this.forgetPin();
    await this.channel.perform({ ins: INS.VERIFY, p1: 0, p2: REFERENCE.PIN, data: padPin(pin) }, { kind: 'verifyPin' });
    this.verifiedPin.set(pin);
  }

  /** True if the card has verified this same PIN on this connection, and nothing can have ended that since. */
  hasVerified(pin: Uint8Array): boolean {
    return this.verifiedPin.is(pin);
  }

  /** Discards and overwrites the verified PIN. */
  forgetPin(): void {
    this.verifiedPin.forget();
  }

  /** Call it when another application was selected, which ends the security status of this one (3.1.1). */
  deselected(): void {
    this.forgetPin();
    this.#managementKeyProved = false;
  }

  /** Reads the PIN's counter without spending a try. */
  async pinStatus(): Promise<RetryStatus> {
    return (await this.askPin()).status;
  }

  /**
   * Reads the PIN's counter, and whether the card refuses its PIN on this interface: without contact, a card asks for a virtual contact
   * interface first (3.2.1, and table 2 for 6A81). Spends no try.
   */
  async askPin(): Promise<{ status: RetryStatus; refused: boolean }> {
    const metadata = await this.#referenceMetadata(REFERENCE.PIN);
    if (metadata) return { status: metadata, refused: false };
    const { statusWord } = await this.channel.send({ ins: INS.VERIFY, p1: 0, p2: REFERENCE.PIN });
    const refused = statusWord === SW.SECURITY_STATUS_NOT_SATISFIED || statusWord === SW.FUNCTION_NOT_SUPPORTED;
    return { status: retryStatusOf(statusWord), refused };
  }

  /** Reads the PUK's counter, which a plain card cannot report. */
  async pukStatus(): Promise<RetryStatus> {
    const metadata = await this.#referenceMetadata(REFERENCE.PUK);
    this.#pukStatus = metadata ?? { retriesLeft: null, blocked: false, isDefault: null };
    return this.#pukStatus;
  }

  /** Like `pukStatus`, but reuses the card's last answer on this connection if nothing has changed since. */
  async knownPukStatus(): Promise<RetryStatus> {
    return this.#pukStatus ?? this.pukStatus();
  }

  /** CHANGE REFERENCE DATA of the PIN (3.2.2). */
  changePin(pin: Uint8Array, newPin: Uint8Array): Promise<void> {
    return this.#replace(INS.CHANGE_REFERENCE_DATA, REFERENCE.PIN, pin, newPin, { kind: 'changePin' });
  }

  /** CHANGE REFERENCE DATA of the PUK (3.2.2). */
  changePuk(puk: Uint8Array, newPuk: Uint8Array): Promise<void> {
    return this.#replace(INS.CHANGE_REFERENCE_DATA, REFERENCE.PUK, puk, newPuk, { kind: 'changePuk' });
  }

  /** RESET RETRY COUNTER: sets a new PIN with the PUK (3.2.3). */
  unblockPin(puk: Uint8Array, newPin: Uint8Array): Promise<void> {
    return this.#replace(INS.RESET_RETRY_COUNTER, REFERENCE.PIN, puk, newPin, { kind: 'unblockPin' });
  }

  /** Reads the algorithm of the management key and whether it is the factory's. Returns null where the card does not say. */
  async managementKeyStatus(): Promise<ManagementKeyStatus | null> {
    if (this.#managementKeyStatus === undefined) this.#managementKeyStatus = await this.#askManagementKeyStatus();
    return this.#managementKeyStatus;
  }

  /** GENERAL AUTHENTICATE, first half of mutual authentication (3.2.4, A.1): returns the card's encrypted witness. */
  getWitness(algorithm: ManagementKeyAlgorithm): Promise<Uint8Array> {
    return requestWitness(this.channel, algorithm);
  }

  /**
   * Second half of mutual authentication: sends the decrypted witness and a challenge, and returns the card's answer, which the holder of
   * the key verifies. Nothing may be selected between the halves.
   *
   * @throws CardwrightError `MANAGEMENT_KEY_REFUSED`
   */
  async authenticate(
    algorithm: ManagementKeyAlgorithm,
    response: Uint8Array,
    challenge: Uint8Array,
  ): Promise<Uint8Array> {
    const answer = await answerWitness(this.channel, algorithm, response, challenge);
    this.#managementKeyProved = true;
    return answer;
  }

  /** Yubico's SET MANAGEMENT KEY, without touch. Needs the management key. */
  async setManagementKey({ algorithm, key }: ManagementKey): Promise<void> {
    this.require('changeManagementKey');
    const head = Uint8Array.of(MANAGEMENT_KEY[algorithm].id, REFERENCE.MANAGEMENT_KEY, key.length);
    const data = Buffer.concat([head, key]);
    const p = SET_MANAGEMENT_KEY_P;
    // If the answer is lost, the card may have either key.
    this.#managementKeyStatus = undefined;
    await this.channel.perform(
      { ins: YUBICO_INS.SET_MANAGEMENT_KEY, p1: p, p2: p, data },
      { kind: 'setManagementKey' },
    );
    this.#managementKeyStatus = { algorithm, isDefault: false };
  }

  /**
   * GENERATE ASYMMETRIC KEY PAIR (3.3.1). Needs the management key. Omits policies other than `default` on cards without policies. Returns
   * the DER SubjectPublicKeyInfo.
   *
   * @throws CardwrightError `WEAK_KEY_GENERATION` on firmware whose RSA keys can be factored
   */
  async generateKey(slot: Slot, algorithm: KeyAlgorithm, policies: KeyPolicies): Promise<Uint8Array> {
    if (isRsa(algorithm) && this.version && makesWeakRsaKeys(this.version)) {
      throw new CardwrightError('WEAK_KEY_GENERATION');
    }
    const known = this.version ? policies : null;
    return generateKeyPair(this.channel, slot, algorithm, known, this.#managementKeyProved);
  }

  /**
   * GENERAL AUTHENTICATE with a slot's key (3.2.4, A.4): signs `input`, which is the padded block for RSA (as long as the modulus) and the
   * hash for elliptic curves. Returns the raw RSA signature, or ECDSA's DER.
   */
  sign(slot: Slot, algorithm: KeyAlgorithm, input: Uint8Array): Promise<Uint8Array> {
    return signWithKey(this.channel, slot, algorithm, input);
  }

  /**
   * GET DATA (3.1.2): returns the content of tag 53, or null when the object is absent or empty.
   *
   * @throws CardwrightError `CARD_ERROR` when the object is malformed
   */
  async getObject(tag: number): Promise<Uint8Array | null> {
    const object = await readDataObject(this.channel, tag);
    const content = object && readAnswer('getData', () => findTlv(object, TAG_DATA));
    return content && content.length > 0 ? content : null;
  }

  /** Reads the Discovery Object, which says which PINs the card accepts. Returns null where it has none. */
  async readDiscovery(): Promise<Discovery | null> {
    const object = await readDataObject(this.channel, OBJECT.DISCOVERY);
    return object && readAnswer('getData', () => decodeDiscovery(object));
  }

  /** True if an object exists and is not empty, whatever its form. */
  async hasObject(tag: number): Promise<boolean> {
    const object = await readDataObject(this.channel, tag);
    if (!object) return false;
    const content = ifTlv(() => findTlv(object, TAG_DATA)) ?? object;
    return content.length > 0;
  }

  /** PUT DATA (3.3.2). Needs the management key. Empty content deletes the object. */
  putObject(tag: number, content: Uint8Array): Promise<void> {
    return writeDataObject(this.channel, tag, content);
  }

  /**
   * Reads the CHUID's GUID as a UUID string (SP 800-73-4 Part 1, 3.1.2). Returns null without CHUID or GUID, and also where another program
   * wrote something else there, so that such a card can still be erased.
   */
  async readGuid(): Promise<string | null> {
    const object = await readDataObject(this.channel, OBJECT.CHUID);
    return object && ifTlv(() => guidOfChuid(requireTlv(object, TAG_DATA)));
  }

  /** Reads the DER certificate of a slot, or null. */
  async readCertificate(slot: Slot): Promise<Uint8Array | null> {
    const content = await this.getObject(CERTIFICATE_OBJECT[slot]);
    return content && decodeCertificateObject(content);
  }

  /** Writes a DER certificate, uncompressed. */
  async writeCertificate(slot: Slot, certificate: Uint8Array): Promise<void> {
    await this.putObject(CERTIFICATE_OBJECT[slot], encodeCertificateObject(certificate));
  }

  async deleteCertificate(slot: Slot): Promise<void> {
    await this.putObject(CERTIFICATE_OBJECT[slot], EMPTY);
  }

  /**
   * Yubico's ATTEST of a slot's key. Returns null where no attestation exists. A plain card is not asked. All others are asked, because
   * their version does not say.
   */
  async attest(slot: Slot): Promise<Attestation | null> {
    return this.version ? this.#attestor.attest(KEY_REFERENCE[slot]) : null;
  }

  /** Yubico's GET METADATA. Returns undefined where the card or the key has none, or they are malformed. */
  async metadata(reference: number): Promise<Metadata | undefined> {
    if (!this.features.metadata) return undefined;
    const metadata = await readMetadata(this.channel, reference);
    if (metadata !== 'not-supported') return metadata;
    this.features = { ...this.features, metadata: false };
    return undefined;
  }

  /** Yubico's RESET: erases the application. The card requires that PIN and PUK are blocked first: see factory-reset.ts. */
  async reset(): Promise<void> {
    this.require('reset');
    await this.channel.perform({ ins: YUBICO_INS.RESET, p1: 0, p2: 0 }, { kind: 'reset' });
    this.#managementKeyProved = false;
    this.#managementKeyStatus = undefined;
    this.#pukStatus = undefined;
    this.forgetPin();
    this.#attestor.forget();
  }

  /** Sends a command with an old and a new secret, each padded. Whatever its result, the counters may have changed. */
  async #replace(ins: number, p2: number, old: Uint8Array, next: Uint8Array, operation: PivOperation): Promise<void> {
    this.#pukStatus = undefined;
    this.forgetPin();
    const data = Buffer.concat([padPin(old), padPin(next)]);
    await this.channel.perform({ ins, p1: 0, p2, data }, operation);
  }

  async #referenceMetadata(reference: number): Promise<RetryStatus | undefined> {
    const metadata = await this.metadata(reference);
    if (metadata?.retriesLeft === undefined) return undefined;
    const { retriesLeft, isDefault } = metadata;
    return { retriesLeft, blocked: retriesLeft === 0, isDefault: isDefault ?? null };
  }

  async #askManagementKeyStatus(): Promise<ManagementKeyStatus | null> {
    const metadata = await this.metadata(REFERENCE.MANAGEMENT_KEY);
    const algorithm = metadata?.algorithm === undefined ? undefined : managementKeyAlgorithmOf(metadata.algorithm);
    if (algorithm) return { algorithm, isDefault: metadata?.isDefault ?? null };
    // Every YubiKey without metadata has a 3DES key.
    return this.version && !isAtLeast(this.version, SINCE.METADATA) ? { algorithm: '3DES', isDefault: null } : null;
  }
}
