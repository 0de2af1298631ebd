import { CardwrightError } from '@cardwright/protocol';
import type { KeyAlgorithm, Slot } from '@cardwright/protocol/devices';
import { Attestor, type Attestation } from './attestation.js';
import { signWithKey } from './general-authenticate.js';
import { generateKeyPair, isRsa, type KeyPolicies } from './key-generation.js';
import type { Metadata } from './metadata.js';
import type { MetadataReader } from './metadata-reader.js';
import { KEY_REFERENCE } from './objects.js';
import type { PivChannel } from './piv-channel.js';
import { makesWeakRsaKeys, type FirmwareVersion } from './yubico.js';

interface SlotKeysOptions {
  readonly channel: PivChannel;
  readonly metadata: MetadataReader;
  /** Firmware, where the card reports it as Yubico's do. */
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
   * GENERATE ASYMMETRIC KEY PAIR (3.3.1). Needs the management key. Omits policies other than `default` on cards without policies. Returns
   * the DER SubjectPublicKeyInfo.
   *
   * @throws CardwrightError `WEAK_KEY_GENERATION` on firmware whose RSA keys can be factored
   */
  async generate(slot: Slot, algorithm: KeyAlgorithm, policies: KeyPolicies): Promise<Uint8Array> {
    const { channel, version, isManagementKeyProved } = this.options;
    if (isRsa(algorithm) && version && makesWeakRsaKeys(version)) throw new CardwrightError('WEAK_KEY_GENERATION');
    return generateKeyPair(channel, slot, algorithm, version ? policies : null, isManagementKeyProved());
  }

  /**
   * GENERAL AUTHENTICATE with a slot's key (3.2.4, A.4): signs `input`, which is the padded block for RSA (as long as the modulus) and the
   * hash for elliptic curves. Returns the raw RSA signature, or ECDSA's DER.
   */
  sign(slot: Slot, algorithm: KeyAlgorithm, input: Uint8Array): Promise<Uint8Array> {
    return signWithKey(this.options.channel, slot, algorithm, input);
  }

  /**
   * Yubico's ATTEST of a slot's key. Returns null where no attestation exists. A plain card is not asked. All others are asked, because
   * their version does not say.
   */
  async attest(slot: Slot): Promise<Attestation | null> {
    return this.options.version ? this.#attestor.attest(KEY_REFERENCE[slot]) : null;
  }

  /** Yubico's GET METADATA of a slot's key. Returns undefined where the card or the key has none, or they are malformed. */
  metadata(slot: Slot): Promise<Metadata | undefined> {
    return this.options.metadata.read(KEY_REFERENCE[slot]);
  }

  /** Discards everything known of a card that was erased. */
  forget(): void {
    this.#attestor.forget();
  }
}
