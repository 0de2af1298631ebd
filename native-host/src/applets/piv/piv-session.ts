import {
  CardwrightError,
  type Capabilities,
  type KeyAlgorithm,
  type ManagementKeyAlgorithm,
  type RetryStatus,
  type Slot,
} from '@cardwright/protocol';
import type { ApduChannel } from '../../iso7816/exchange.js';
import { bytesWaiting, SW } from '../../iso7816/status-word.js';
import { bigEndian, encodeTlv, findTlv, ifTlv, requireTlv } from '../../iso7816/tlv.js';
import { decodeCertificateObject, encodeCertificateObject } from './certificate-object.js';
import { decodeDiscovery, type Discovery } from './discovery.js';
import {
  CURRENT_DATA,
  INS,
  SELECT_BY_NAME,
  TAG_ALGORITHM,
  TAG_CHALLENGE,
  TAG_CONTROL_TEMPLATE,
  TAG_DATA,
  TAG_PUBLIC_KEY,
  TAG_RESPONSE,
  TAG_TAG_LIST,
  TAG_TEMPLATE,
  TAG_WITNESS,
} from './instructions.js';
import {
  CERTIFICATE_OBJECT,
  guidOfChuid,
  KEY_ALGORITHM_ID,
  KEY_REFERENCE,
  MANAGEMENT_KEY,
  managementKeyAlgorithmOf,
  OBJECT,
  PIV_AID,
  REFERENCE,
  type ManagementKey,
} from './objects.js';
import { LE_ALL, PivChannel } from './piv-channel.js';
import { meaningOfStatusWord, type PivOperation } from './piv-error.js';
import { padPin, retryStatusOf } from './piv-pin.js';
import { subjectPublicKeyInfo } from './public-key.js';
import { readSerialNumber } from './serial-number.js';
import {
  isAtLeast,
  makesWeakRsaKeys,
  PIN_POLICY,
  readMetadata,
  readVersion,
  SET_MANAGEMENT_KEY_P,
  SINCE,
  TAG_PIN_POLICY,
  TAG_TOUCH_POLICY,
  TOUCH_POLICY,
  YUBICO_INS,
  type FirmwareVersion,
  type Metadata,
  type PinPolicy,
  type TouchPolicy,
} from './yubico.js';

const EMPTY = new Uint8Array();
/** Milliseconds in which a card makes an RSA key: seconds as a rule, most of a minute at worst. */
export const RSA_GENERATION_TIME = 60_000;
/** Milliseconds for what may wait for a touch: the key itself gives up after 15 s. */
export const TOUCH_TIME = 20_000;
/** 53 00. */
const EMPTY_OBJECT_LENGTH = 2;

/** Key policies beyond the slot's own, where the card has them (Yubico). */
export interface KeyPolicies {
  readonly pinPolicy: PinPolicy;
  readonly touchPolicy: TouchPolicy;
}

/**
 * The selected PIV application of one card. The methods are its operations in the words of SP 800-73-4 Part 2. What a
 * plain card lacks is a flag of `capabilities`; asked for nevertheless, it is `NOT_SUPPORTED_BY_DEVICE` without an APDU.
 * Each method throws what `piv-error.ts` makes of a status word, and `CARD_REMOVED` and its like from the connection.
 */
export class PivSession {
  #managementKeyProved = false;

  private constructor(
    private readonly channel: PivChannel,
    /** Firmware, where the card tells it as Yubico's do. */
    readonly version: FirmwareVersion | undefined,
    /** Decimal serial number, where the card tells it. */
    readonly serial: string | null,
    readonly capabilities: Capabilities,
  ) {}

  /**
   * Selects the application and asks what the card is.
   *
   * @throws CardwrightError `NO_APPLICATION` when the card has no PIV
   */
  static async select(card: ApduChannel, { extendedLength }: { extendedLength: boolean }): Promise<PivSession> {
    const channel = new PivChannel(card);
    const select = { ins: INS.SELECT, p1: SELECT_BY_NAME, p2: 0, data: PIV_AID, le: LE_ALL };
    await channel.request(select, { kind: 'select' });
    const answer = await channel.send({ ins: YUBICO_INS.GET_VERSION, p1: 0, p2: 0, le: LE_ALL });
    const version = answer.statusWord === SW.SUCCESS ? readVersion(answer.data) : undefined;
    const since = (first: FirmwareVersion): boolean => version !== undefined && isAtLeast(version, first);
    if (extendedLength && since(SINCE.EXTENDED_LENGTH)) channel.encoding = 'extended';
    const serial = since(SINCE.SERIAL) ? await readSerialNumber(channel) : null;
    return new PivSession(channel, version, serial, {
      serial: serial !== null,
      metadata: since(SINCE.METADATA),
      attestation: since(SINCE.ATTESTATION),
      changeManagementKey: version !== undefined,
      reset: version !== undefined,
    });
  }

  /** Whether the management key was proved since the application was selected. */
  get managementKeyProved(): boolean {
    return this.#managementKeyProved;
  }

  /** @throws CardwrightError `NOT_SUPPORTED_BY_DEVICE`, without an APDU, when the card lacks it */
  require(capability: keyof Capabilities): void {
    if (!this.capabilities[capability]) throw new CardwrightError('NOT_SUPPORTED_BY_DEVICE', { capability });
  }

  /** VERIFY (3.2.1). The PIN's bytes are those that the user types, without padding. */
  async verifyPin(pin: Uint8Array): Promise<void> {
    await this.channel.perform({ ins: INS.VERIFY, p1: 0, p2: REFERENCE.PIN, data: padPin(pin) }, { kind: 'verifyPin' });
  }

  /** The PIN's counter, without spending a try. */
  async pinStatus(): Promise<RetryStatus> {
    const metadata = await this.#referenceMetadata(REFERENCE.PIN);
    if (metadata) return metadata;
    const { statusWord } = await this.channel.send({ ins: INS.VERIFY, p1: 0, p2: REFERENCE.PIN });
    return retryStatusOf(statusWord);
  }

  /**
   * Whether the card does nothing with its PIN on this interface: without contact, a card asks for a virtual contact
   * interface first (3.2.1, and table 2 for 6A81). Spends no try.
   */
  async refusesPinCommands(): Promise<boolean> {
    const { statusWord } = await this.channel.send({ ins: INS.VERIFY, p1: 0, p2: REFERENCE.PIN });
    return statusWord === SW.SECURITY_STATUS_NOT_SATISFIED || statusWord === SW.FUNCTION_NOT_SUPPORTED;
  }

  /** The PUK's counter; a plain card has no way to tell it. */
  async pukStatus(): Promise<RetryStatus> {
    const metadata = await this.#referenceMetadata(REFERENCE.PUK);
    return metadata ?? { retriesLeft: null, blocked: false, isDefault: null };
  }

  /** CHANGE REFERENCE DATA of the PIN (3.2.2). */
  changePin(pin: Uint8Array, newPin: Uint8Array): Promise<void> {
    return this.#replace(INS.CHANGE_REFERENCE_DATA, REFERENCE.PIN, pin, newPin, { kind: 'changePin' });
  }

  /** CHANGE REFERENCE DATA of the PUK (3.2.2). */
  changePuk(puk: Uint8Array, newPuk: Uint8Array): Promise<void> {
    return this.#replace(INS.CHANGE_REFERENCE_DATA, REFERENCE.PUK, puk, newPuk, { kind: 'changePuk' });
  }

  /** RESET RETRY COUNTER: a new PIN by means of the PUK (3.2.3). */
  unblockPin(puk: Uint8Array, newPin: Uint8Array): Promise<void> {
    return this.#replace(INS.RESET_RETRY_COUNTER, REFERENCE.PIN, puk, newPin, { kind: 'unblockPin' });
  }

  /** Algorithm of the management key and whether it is the factory's; null where the card does not tell. */
  async managementKeyStatus(): Promise<{ algorithm: ManagementKeyAlgorithm; isDefault: boolean | null } | null> {
    const metadata = await this.metadata(REFERENCE.MANAGEMENT_KEY);
    const algorithm = metadata?.algorithm === undefined ? undefined : managementKeyAlgorithmOf(metadata.algorithm);
    if (algorithm) return { algorithm, isDefault: metadata?.isDefault ?? null };
    // Before 5.3 every YubiKey has 3DES.
    return this.version && !this.capabilities.metadata ? { algorithm: '3DES', isDefault: null } : null;
  }

  /** GENERAL AUTHENTICATE, first half of mutual authentication (3.2.4, A.1): the card's encrypted witness. */
  async getWitness(algorithm: ManagementKeyAlgorithm): Promise<Uint8Array> {
    const data = encodeTlv(TAG_TEMPLATE, encodeTlv(TAG_WITNESS));
    const answer = await this.#authenticate(algorithm, data, { kind: 'getWitness' });
    return requireTlv(requireTlv(answer, TAG_TEMPLATE), TAG_WITNESS);
  }

  /**
   * Second half of mutual authentication: gives the decrypted witness and a challenge, and returns the card's answer,
   * which whoever holds the key verifies. Nothing may be selected between the halves.
   *
   * @throws CardwrightError `MANAGEMENT_KEY_REFUSED`
   */
  async authenticate(
    algorithm: ManagementKeyAlgorithm,
    response: Uint8Array,
    challenge: Uint8Array,
  ): Promise<Uint8Array> {
    const data = encodeTlv(
      TAG_TEMPLATE,
      encodeTlv(TAG_WITNESS, response),
      encodeTlv(TAG_CHALLENGE, challenge),
      encodeTlv(TAG_RESPONSE),
    );
    const answer = await this.#authenticate(algorithm, data, { kind: 'authenticateManagementKey' });
    this.#managementKeyProved = true;
    return requireTlv(requireTlv(answer, TAG_TEMPLATE), TAG_RESPONSE);
  }

  /** Yubico's SET MANAGEMENT KEY, without touch. Needs the management key. */
  async setManagementKey({ algorithm, key }: ManagementKey): Promise<void> {
    this.require('changeManagementKey');
    const head = Uint8Array.of(MANAGEMENT_KEY[algorithm].id, REFERENCE.MANAGEMENT_KEY, key.length);
    const data = Buffer.concat([head, key]);
    const p = SET_MANAGEMENT_KEY_P;
    await this.channel.perform(
      { ins: YUBICO_INS.SET_MANAGEMENT_KEY, p1: p, p2: p, data },
      { kind: 'setManagementKey' },
    );
  }

  /**
   * GENERATE ASYMMETRIC KEY PAIR (3.3.1). Needs the management key. Policies other than `default` are left out on cards
   * that have none. Returns the DER SubjectPublicKeyInfo.
   *
   * @throws CardwrightError `WEAK_KEY_GENERATION` on firmware whose RSA keys can be factored
   */
  async generateKey(slot: Slot, algorithm: KeyAlgorithm, policies: KeyPolicies): Promise<Uint8Array> {
    const isRsa = algorithm === 'RSA-2048' || algorithm === 'RSA-3072';
    if (isRsa && this.version && makesWeakRsaKeys(this.version)) throw new CardwrightError('WEAK_KEY_GENERATION');
    const control = [encodeTlv(TAG_ALGORITHM, Uint8Array.of(KEY_ALGORITHM_ID[algorithm]))];
    const pinPolicy = PIN_POLICY[policies.pinPolicy];
    const touchPolicy = TOUCH_POLICY[policies.touchPolicy];
    if (this.version && pinPolicy) control.push(encodeTlv(TAG_PIN_POLICY, Uint8Array.of(pinPolicy)));
    if (this.version && touchPolicy) control.push(encodeTlv(TAG_TOUCH_POLICY, Uint8Array.of(touchPolicy)));
    const data = encodeTlv(TAG_CONTROL_TEMPLATE, ...control);
    const answer = await this.channel.request(
      {
        ins: INS.GENERATE,
        p1: 0,
        p2: KEY_REFERENCE[slot],
        data,
        le: LE_ALL,
        ...(isRsa && { answerTime: RSA_GENERATION_TIME }),
      },
      { kind: 'generate', authenticated: this.#managementKeyProved },
    );
    return subjectPublicKeyInfo(requireTlv(answer, TAG_PUBLIC_KEY), algorithm);
  }

  /**
   * GENERAL AUTHENTICATE with a slot's key (3.2.4, A.4): signs `input`, which for RSA is the padded block (as long as the
   * modulus) and for elliptic curves the hash. Returns the raw RSA signature, or ECDSA's DER.
   */
  async sign(slot: Slot, algorithm: KeyAlgorithm, input: Uint8Array): Promise<Uint8Array> {
    const data = encodeTlv(TAG_TEMPLATE, encodeTlv(TAG_RESPONSE), encodeTlv(TAG_CHALLENGE, input));
    const answer = await this.channel.request(
      {
        ins: INS.GENERAL_AUTHENTICATE,
        p1: KEY_ALGORITHM_ID[algorithm],
        p2: KEY_REFERENCE[slot],
        data,
        le: LE_ALL,
        answerTime: TOUCH_TIME,
      },
      { kind: 'sign', slot },
    );
    return requireTlv(requireTlv(answer, TAG_TEMPLATE), TAG_RESPONSE);
  }

  /** GET DATA (3.1.2): the content of tag 53, or null when the object is absent or empty. */
  async getObject(tag: number): Promise<Uint8Array | null> {
    const { data, statusWord } = await this.channel.send(getData(tag));
    if (statusWord === SW.NOT_FOUND) return null;
    if (statusWord !== SW.SUCCESS) throw meaningOfStatusWord(statusWord, { kind: 'getData' });
    const content = findTlv(data, TAG_DATA) ?? EMPTY;
    return content.length > 0 ? content : null;
  }

  /** The Discovery Object: which PINs the card takes. Null where it has none. */
  async readDiscovery(): Promise<Discovery | null> {
    const { data, statusWord } = await this.channel.send(getData(OBJECT.DISCOVERY));
    return statusWord === SW.SUCCESS ? decodeDiscovery(data) : null;
  }

  /** Whether an object is there and not empty, by the first part of the answer alone. */
  async hasObject(tag: number): Promise<boolean> {
    const { data, statusWord } = await this.channel.probe(getData(tag));
    return bytesWaiting(statusWord) !== undefined || (statusWord === SW.SUCCESS && data.length > EMPTY_OBJECT_LENGTH);
  }

  /** PUT DATA (3.3.2). Needs the management key. Empty content deletes the object. */
  async putObject(tag: number, content: Uint8Array): Promise<void> {
    const data = Buffer.concat([
      encodeTlv(TAG_TAG_LIST, Uint8Array.from(bigEndian(tag))),
      encodeTlv(TAG_DATA, content),
    ]);
    await this.channel.perform({ ins: INS.PUT_DATA, ...CURRENT_DATA, data }, { kind: 'putData' });
  }

  /**
   * The CHUID's GUID as a UUID string (SP 800-73-4 Part 1, 3.1.2). Null without CHUID or GUID, and also where the card refuses
   * it or other programs wrote something else there: such a card can still be erased.
   */
  async readGuid(): Promise<string | null> {
    const { data, statusWord } = await this.channel.send(getData(OBJECT.CHUID));
    return statusWord === SW.SUCCESS ? ifTlv(() => guidOfChuid(requireTlv(data, TAG_DATA))) : null;
  }

  /** The DER certificate of a slot, or null. */
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

  /** Yubico's ATTEST: a DER certificate for the slot's key, and that of the attestation key which signed it. */
  async attest(slot: Slot): Promise<{ certificate: Uint8Array; intermediate: Uint8Array } | null> {
    if (!this.capabilities.attestation) return null;
    const { data: certificate, statusWord } = await this.channel.send({
      ins: YUBICO_INS.ATTEST,
      p1: KEY_REFERENCE[slot],
      p2: 0,
      le: LE_ALL,
    });
    const content = statusWord === SW.SUCCESS ? await this.getObject(OBJECT.ATTESTATION_CERTIFICATE) : null;
    const intermediate = content && decodeCertificateObject(content);
    if (!intermediate) return null;
    return { certificate, intermediate };
  }

  /** Yubico's GET METADATA; undefined where the card or the key has none that can be read. */
  async metadata(reference: number): Promise<Metadata | undefined> {
    if (!this.capabilities.metadata) return undefined;
    const { data, statusWord } = await this.channel.send({
      ins: YUBICO_INS.GET_METADATA,
      p1: 0,
      p2: reference,
      le: LE_ALL,
    });
    return statusWord === SW.SUCCESS ? (ifTlv(() => readMetadata(data)) ?? undefined) : undefined;
  }

  /** Yubico's RESET: erases the application. The card asks that PIN and PUK be blocked before: see factory-reset.ts. */
  async reset(): Promise<void> {
    this.require('reset');
    await this.channel.perform({ ins: YUBICO_INS.RESET, p1: 0, p2: 0 }, { kind: 'reset' });
    this.#managementKeyProved = false;
  }

  /** The three commands that carry an old secret and a new one, each padded. */
  async #replace(ins: number, p2: number, old: Uint8Array, next: Uint8Array, operation: PivOperation): Promise<void> {
    const data = Buffer.concat([padPin(old), padPin(next)]);
    await this.channel.perform({ ins, p1: 0, p2, data }, operation);
  }

  async #referenceMetadata(reference: number): Promise<RetryStatus | undefined> {
    const metadata = await this.metadata(reference);
    if (metadata?.retriesLeft === undefined) return undefined;
    const { retriesLeft, isDefault } = metadata;
    return { retriesLeft, blocked: retriesLeft === 0, isDefault: isDefault ?? null };
  }

  #authenticate(algorithm: ManagementKeyAlgorithm, data: Uint8Array, operation: PivOperation): Promise<Uint8Array> {
    const p1 = MANAGEMENT_KEY[algorithm].id;
    return this.channel.request(
      { ins: INS.GENERAL_AUTHENTICATE, p1, p2: REFERENCE.MANAGEMENT_KEY, data, le: LE_ALL, answerTime: TOUCH_TIME },
      operation,
    );
  }
}

const getData = (tag: number) => ({
  ins: INS.GET_DATA,
  ...CURRENT_DATA,
  data: encodeTlv(TAG_TAG_LIST, Uint8Array.from(bigEndian(tag))),
  le: LE_ALL,
});
