import { CardwrightError } from '@cardwright/protocol';
import type { RetryStatus } from '@cardwright/protocol/devices';
import { TlvError } from '../../iso7816/tlv.js';
import { readMetadata, type Metadata } from './metadata.js';
import { readAnswer } from './piv-error.js';
import type { PivChannel } from './piv-channel.js';

/** Reads metadata with Yubico's GET METADATA. Stops asking once the card turns out to lack the command. */
export class MetadataReader {
  /** @param supported true if cards of this firmware version have the command */
  constructor(
    private readonly channel: PivChannel,
    private supported: boolean,
  ) {}

  get isSupported(): boolean {
    return this.supported;
  }

  /**
   * Reads the metadata of a key, PIN or PUK. Returns undefined if the card does not support metadata, if the key, PIN or PUK has no metadata, or
   * if the metadata are malformed. A card that answers 9000 without data does not support them (Nitrokey 3, piv-authenticator).
   */
  async read(reference: number): Promise<Metadata | undefined> {
    if (!this.supported) return undefined;
    const metadata = await readMetadata(this.channel, reference);
    if (typeof metadata !== 'string') return metadata;
    if (metadata === 'not-supported' || metadata === 'empty') this.supported = false;
    return undefined;
  }

  /**
   * Reads the metadata of a slot's key. Returns null only if the card says that the slot has no key.
   *
   * @throws CardwrightError `NOT_SUPPORTED_BY_DEVICE` if the card does not support metadata, `CARD_ERROR` if they are malformed
   */
  async readKey(reference: number): Promise<Metadata | null> {
    const metadata = this.supported ? await readMetadata(this.channel, reference) : 'not-supported';
    // The metadata of each key have its algorithm.
    if (typeof metadata !== 'string' && metadata.algorithm !== undefined) return metadata;
    if (metadata === 'absent') return null;
    if (metadata === 'not-supported') throw new CardwrightError('NOT_SUPPORTED_BY_DEVICE', { capability: 'metadata' });
    return readAnswer('getMetadata', () => {
      throw new TlvError('the metadata are malformed');
    });
  }

  /** Reads the remaining tries of a PIN or PUK. Returns undefined if there are no metadata, or if the metadata have no counter. */
  async readRetries(reference: number): Promise<RetryStatus | undefined> {
    const metadata = await this.read(reference);
    if (metadata?.retriesLeft === undefined) return undefined;
    const { retriesLeft, isDefault } = metadata;
    return { retriesLeft, blocked: retriesLeft === 0, isDefault: isDefault ?? null };
  }
}
