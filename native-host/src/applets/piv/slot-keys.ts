import { CardwrightError } from '@cardwright/protocol';
import type { KeyAlgorithm, KeySlot } from '@cardwright/protocol/devices';
import { Attestor, type Attestation } from './attestation.js';
import { signWithKey } from './general-authenticate.js';
import { generateKeyPair, isRsa, type KeyPolicies } from './key-generation.js';
import type { Metadata } from './metadata.js';
import type { MetadataReader } from './metadata-reader.js';
import { keyAlgorithmOf, keyReference } from './objects.js';
import type { PivChannel } from './piv-channel.js';
import { readAnswer } from './piv-error.js';
import { subjectPublicKeyInfo } from './public-key.js';
import { DELETE_KEY, isAtLeast, makesWeakRsaKeys, SINCE, YUBICO_INS, type FirmwareVersion } from './yubico.js';

/** A key that is in a slot. */
export interface SlotKey {
  /** DER SubjectPublicKeyInfo; null for an algorithm that the host does not know. */
  readonly publicKey: Uint8Array | null;
}

interface SlotKeysOptions {
  readonly channel: PivChannel;
  readonly metadata: MetadataReader;
  /** Firmware version; undefined if the card does not report a version. */
  readonly version: FirmwareVersion | undefined;
  /** True once the management key was authenticated since the application was selected. */
  readonly isManagementKeyProved: () => boolean;
}

/** The keys in the slots of a PIV application. */
export class SlotKeys {
  readonly #attestor: Attestor;

  constructor(private readonly options: SlotKeysOptions) {
    this.#attestor = new Attestor(options.channel);
  }

  /**
   * Generates a key with GENERATE ASYMMETRIC KEY PAIR (3.3.1). The management key must have been authenticated. Ignores `policies` on a plain card,
   * which cannot set policies. Returns the DER SubjectPublicKeyInfo.
   *
   * @throws CardwrightError `WEAK_KEY_GENERATION` for an RSA key on firmware whose RSA keys can be factored
   */
  async generate(slot: KeySlot, algorithm: KeyAlgorithm, policies: KeyPolicies): Promise<Uint8Array> {
    const { channel, version, isManagementKeyProved } = this.options;
    if (isRsa(algorithm) && version && makesWeakRsaKeys(version)) throw new CardwrightError('WEAK_KEY_GENERATION');
    return generateKeyPair(channel, slot, algorithm, version ? policies : null, isManagementKeyProved());
  }

  /**
   * Signs `input` with a slot's key, by GENERAL AUTHENTICATE (3.2.4, A.4). For RSA, `input` is a padded block as long as the modulus; for
   * elliptic curves, it is the hash. Returns the raw RSA signature, or the DER encoding of the ECDSA signature.
   */
  sign(slot: KeySlot, algorithm: KeyAlgorithm, input: Uint8Array): Promise<Uint8Array> {
    return signWithKey(this.options.channel, slot, algorithm, input);
  }

  /**
   * Attests a slot's key with Yubico's ATTEST. Returns null if there is no attestation. A card that reports no firmware version is not asked. A card
   * that reports a version is asked in any case, because the version does not reliably tell whether the card has the command.
   */
  async attest(slot: KeySlot): Promise<Attestation | null> {
    return this.options.version ? this.#attestor.attest(keyReference(slot)) : null;
  }

  /**
   * Reads the metadata of a slot's key with Yubico's GET METADATA. Returns undefined if the card does not support metadata, if the key has no
   * metadata, or if the metadata are malformed.
   */
  metadata(slot: KeySlot): Promise<Metadata | undefined> {
    return this.options.metadata.read(keyReference(slot));
  }

  /**
   * Reads the key of a slot from its metadata. Returns null only if the card says that the slot has no key.
   *
   * @throws CardwrightError `NOT_SUPPORTED_BY_DEVICE` if the card does not support metadata, `CARD_ERROR` if they are malformed
   */
  async find(slot: KeySlot): Promise<SlotKey | null> {
    const metadata = await this.options.metadata.readKey(keyReference(slot));
    if (!metadata) return null;
    const algorithm = metadata.algorithm === undefined ? undefined : keyAlgorithmOf(metadata.algorithm);
    const { publicKey } = metadata;
    if (!algorithm || !publicKey) return { publicKey: null };
    return { publicKey: readAnswer('getMetadata', () => subjectPublicKeyInfo(publicKey, algorithm)) };
  }

  /**
   * Moves a key to an empty slot with Yubico's MOVE KEY. The management key must have been authenticated.
   *
   * @throws CardwrightError `KEY_MISSING`, `NOT_SUPPORTED_BY_DEVICE`, `CARD_ERROR` if the other slot has a key
   */
  async move(from: KeySlot, to: KeySlot): Promise<void> {
    await this.#move(from, keyReference(to));
  }

  /**
   * Deletes the key of a slot with Yubico's MOVE KEY. The management key must have been authenticated.
   *
   * @throws CardwrightError `KEY_MISSING`, `NOT_SUPPORTED_BY_DEVICE`
   */
  async delete(slot: KeySlot): Promise<void> {
    await this.#move(slot, DELETE_KEY);
  }

  async #move(from: KeySlot, to: number): Promise<void> {
    const { channel, version } = this.options;
    if (!version || !isAtLeast(version, SINCE.MOVE_KEY))
      throw new CardwrightError('NOT_SUPPORTED_BY_DEVICE', { capability: 'moveKey' });
    await channel.perform({ ins: YUBICO_INS.MOVE_KEY, p1: to, p2: keyReference(from) }, { kind: 'moveKey' });
  }

  /** Discards all that is known of the keys. Call this method when the card was erased. */
  forget(): void {
    this.#attestor.forget();
  }
}
