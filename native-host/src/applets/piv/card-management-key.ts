import { CardwrightError } from '@cardwright/protocol';
import type { ManagementKeyAlgorithm } from '@cardwright/protocol/devices';
import { answerWitness, requestWitness } from './general-authenticate.js';
import type { MetadataReader } from './metadata-reader.js';
import { MANAGEMENT_KEY, managementKeyAlgorithmOf, REFERENCE, type ManagementKey } from './objects.js';
import type { PivChannel } from './piv-channel.js';
import { isAtLeast, SET_MANAGEMENT_KEY_P, SINCE, YUBICO_INS, type FirmwareVersion } from './yubico.js';

/** The properties of a card's management key. */
interface ManagementKeyStatus {
  readonly algorithm: ManagementKeyAlgorithm;
  /** True for the factory's key; null if the card does not report this. */
  readonly isDefault: boolean | null;
}

interface CardManagementKeyOptions {
  readonly channel: PivChannel;
  readonly metadata: MetadataReader;
  /** Firmware version; undefined if the card does not report a version. */
  readonly version: FirmwareVersion | undefined;
  /** True if the card has the command SET MANAGEMENT KEY. */
  readonly isChangeable: boolean;
}

/** The management key of a PIV application. */
export class CardManagementKey {
  #isProved = false;
  /**
   * Properties that the card reported; null if the card reports no properties; undefined before the card was asked, and after a change of the key.
   */
  #status: ManagementKeyStatus | null | undefined;

  constructor(private readonly options: CardManagementKeyOptions) {}

  /** True once the key was authenticated since the application was selected. */
  get isProved(): boolean {
    return this.#isProved;
  }

  /**
   * Reads the algorithm of the key and whether the key is the factory's. A YubiKey without metadata counts as having a 3DES key. Returns null
   * for any other card that does not report the algorithm.
   */
  async status(): Promise<ManagementKeyStatus | null> {
    if (this.#status === undefined) this.#status = await this.#askStatus();
    return this.#status;
  }

  /** Begins mutual authentication with GENERAL AUTHENTICATE (3.2.4, A.1): returns the card's encrypted witness. */
  getWitness(algorithm: ManagementKeyAlgorithm): Promise<Uint8Array> {
    return requestWitness(this.options.channel, algorithm);
  }

  /**
   * Completes mutual authentication: sends the decrypted witness (`response`) and a challenge, and returns the card's answer. The holder of the
   * key verifies this answer. No application may be selected between `getWitness` and `authenticate`.
   *
   * @throws CardwrightError `MANAGEMENT_KEY_REFUSED`
   */
  async authenticate(
    algorithm: ManagementKeyAlgorithm,
    response: Uint8Array,
    challenge: Uint8Array,
  ): Promise<Uint8Array> {
    const answer = await answerWitness(this.options.channel, algorithm, response, challenge);
    this.#isProved = true;
    return answer;
  }

  /**
   * Replaces the management key with Yubico's SET MANAGEMENT KEY, without a touch policy. The present management key must have been authenticated.
   *
   * @throws CardwrightError `NOT_SUPPORTED_BY_DEVICE`, without an APDU, on a card without Yubico's extensions; `ALGORITHM_NOT_SUPPORTED` on firmware
   *   that lacks the algorithm
   */
  async set({ algorithm, key }: ManagementKey): Promise<void> {
    const { channel, isChangeable } = this.options;
    if (!isChangeable) throw new CardwrightError('NOT_SUPPORTED_BY_DEVICE', { capability: 'changeManagementKey' });
    const head = Uint8Array.of(MANAGEMENT_KEY[algorithm].id, REFERENCE.MANAGEMENT_KEY, key.length);
    const data = Buffer.concat([head, key]);
    const p = SET_MANAGEMENT_KEY_P;
    // If the answer is lost, the card has the old key or the new one.
    this.#status = undefined;
    await channel.perform({ ins: YUBICO_INS.SET_MANAGEMENT_KEY, p1: p, p2: p, data }, { kind: 'setManagementKey' });
    this.#status = { algorithm, isDefault: false };
  }

  /** Forgets that the key was authenticated. Call this method when the security status of the application has ended. */
  forgetProof(): void {
    this.#isProved = false;
  }

  /** Discards all that is known of the key. Call this method when the card was erased. */
  forget(): void {
    this.#isProved = false;
    this.#status = undefined;
  }

  async #askStatus(): Promise<ManagementKeyStatus | null> {
    const { metadata: reader, version } = this.options;
    const metadata = await reader.read(REFERENCE.MANAGEMENT_KEY);
    const algorithm = metadata?.algorithm === undefined ? undefined : managementKeyAlgorithmOf(metadata.algorithm);
    if (algorithm) return { algorithm, isDefault: metadata?.isDefault ?? null };
    // Every YubiKey without metadata has a 3DES key.
    return version && !isAtLeast(version, SINCE.METADATA) ? { algorithm: '3DES', isDefault: null } : null;
  }
}
