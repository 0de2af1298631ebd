import type { RetryStatus } from '@cardwright/protocol/devices';
import { SW } from '../../iso7816/status-word.js';
import { INS } from './instructions.js';
import type { MetadataReader } from './metadata-reader.js';
import { REFERENCE } from './objects.js';
import type { PivChannel } from './piv-channel.js';
import { meaningOfStatusWord, type PivOperation } from './piv-error.js';
import { padPin, retryStatusOf } from './piv-pin.js';
import type { VerifiedPin } from './verified-pin.js';

/** PIN and PUK of a PIV application. Pass a PIN or PUK as the bytes that the user types, without padding. */
export class PinAndPuk {
  /** The PUK's counter as the card last reported it; undefined before the counter was read, and after any command that replaces PIN or PUK. */
  #pukStatus: RetryStatus | undefined;
  /** Number of commands that the card had received when it verified the PIN. */
  #verifiedAt = 0;

  constructor(
    private readonly channel: PivChannel,
    private readonly metadata: MetadataReader,
    private readonly verifiedPin: VerifiedPin,
  ) {}

  /** Sends the PIN with VERIFY (3.2.1). */
  async verifyPin(pin: Uint8Array): Promise<void> {
    // A wrong PIN ends the security status that an earlier, right PIN set (3.2.1).
    this.forgetPin();
    await this.channel.perform({ ins: INS.VERIFY, p1: 0, p2: REFERENCE.PIN, data: padPin(pin) }, { kind: 'verifyPin' });
    this.verifiedPin.set(pin);
    this.#verifiedAt = this.channel.commands;
  }

  /** True if the card has verified this same PIN on this connection, and this host knows of nothing that has ended the PIN's verification since. */
  hasVerified(pin: Uint8Array): boolean {
    return this.verifiedPin.is(pin);
  }

  /** True if the card has verified this same PIN with the last command that it received, so that any key may be used next (3.2.1). */
  hasJustVerified(pin: Uint8Array): boolean {
    return this.hasVerified(pin) && this.channel.commands === this.#verifiedAt;
  }

  /** Discards and overwrites the verified PIN. */
  forgetPin(): void {
    this.verifiedPin.forget();
  }

  /** Reads the PIN's counter without spending a try. */
  async pinStatus(): Promise<RetryStatus> {
    return (await this.askPin()).status;
  }

  /**
   * Reads the PIN's counter, and whether the card refuses the PIN on this interface: a contactless card requires a virtual contact interface
   * first (3.2.1; table 2 for 6A81). Spends no try.
   */
  async askPin(): Promise<{ status: RetryStatus; refused: boolean }> {
    const metadata = await this.metadata.readRetries(REFERENCE.PIN);
    if (metadata) return { status: metadata, refused: false };
    const { statusWord } = await this.channel.send({ ins: INS.VERIFY, p1: 0, p2: REFERENCE.PIN });
    const refused = statusWord === SW.SECURITY_STATUS_NOT_SATISFIED || statusWord === SW.FUNCTION_NOT_SUPPORTED;
    return { status: retryStatusOf(statusWord), refused };
  }

  /** Reads the PUK's counter. A card without metadata cannot report the counter: the number of tries is then null, and `blocked` is false. */
  async pukStatus(): Promise<RetryStatus> {
    const metadata = await this.metadata.readRetries(REFERENCE.PUK);
    this.#pukStatus = metadata ?? { retriesLeft: null, blocked: false, isDefault: null };
    return this.#pukStatus;
  }

  /**
   * Returns the card's last answer to `pukStatus` on this connection. Asks the card if there is no such answer yet, or if a command to replace the
   * PIN or PUK was sent since.
   */
  async knownPukStatus(): Promise<RetryStatus> {
    return this.#pukStatus ?? this.pukStatus();
  }

  /** Replaces the PIN with CHANGE REFERENCE DATA (3.2.2). */
  changePin(pin: Uint8Array, newPin: Uint8Array): Promise<void> {
    return this.#replace(INS.CHANGE_REFERENCE_DATA, REFERENCE.PIN, pin, newPin, { kind: 'changePin' });
  }

  /** Replaces the PUK with CHANGE REFERENCE DATA (3.2.2). */
  changePuk(puk: Uint8Array, newPuk: Uint8Array): Promise<void> {
    return this.#replace(INS.CHANGE_REFERENCE_DATA, REFERENCE.PUK, puk, newPuk, { kind: 'changePuk' });
  }

  /**
   * Sets a new PIN by the PUK, with RESET RETRY COUNTER (3.2.3).
   *
   * @returns `set`, or `recent` if the card has accepted the PUK, but keeps its PIN, because `newPin` is one of its latest PINs (6984). OpenFIPS201
   *   compares the PUK first, which restores its tries. The tries of the PIN stay as they are.
   */
  async unblockPin(puk: Uint8Array, newPin: Uint8Array): Promise<'set' | 'recent'> {
    const statusWord = await this.#sendPair(INS.RESET_RETRY_COUNTER, REFERENCE.PIN, puk, newPin);
    if (statusWord === SW.SUCCESS) return 'set';
    if (statusWord === SW.REFERENCE_DATA_NOT_USABLE) return 'recent';
    throw meaningOfStatusWord(statusWord, { kind: 'unblockPin' });
  }

  /** Discards all that is known of PIN and PUK. Call this method when the card was erased, or its reader is to send a command that replaces one. */
  forget(): void {
    this.#pukStatus = undefined;
    this.forgetPin();
  }

  async #replace(ins: number, p2: number, old: Uint8Array, next: Uint8Array, operation: PivOperation): Promise<void> {
    const statusWord = await this.#sendPair(ins, p2, old, next);
    if (statusWord !== SW.SUCCESS) throw meaningOfStatusWord(statusWord, operation);
  }

  /** Sends a command with an old and a new secret, each padded. First forgets the PUK's counter and the PIN, which even a failure may change. */
  async #sendPair(ins: number, p2: number, old: Uint8Array, next: Uint8Array): Promise<number> {
    this.#pukStatus = undefined;
    this.forgetPin();
    const data = Buffer.concat([padPin(old), padPin(next)]);
    const { statusWord } = await this.channel.send({ ins, p1: 0, p2, data });
    return statusWord;
  }
}
