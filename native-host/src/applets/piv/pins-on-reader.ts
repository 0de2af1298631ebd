import { CardwrightError, isCardwrightError } from '@cardwright/protocol';
import { encodeApdu } from '../../iso7816/apdu.js';
import { SW } from '../../iso7816/status-word.js';
import type { EntryLengths } from '../../pcsc/pin-structures.js';
import type { Pinpad } from '../../pcsc/pinpad.js';
import { INS } from './instructions.js';
import { REFERENCE } from './objects.js';
import type { PinAndPuk } from './pin-and-puk.js';
import type { PivChannel } from './piv-channel.js';
import { meaningOfStatusWord } from './piv-error.js';
import { padPin, PIN_FIELD_LENGTH } from './piv-pin.js';

/** P1 of VERIFY that ends the PIN's verification (SP 800-73-4 Part 2, 3.2.1). */
const LOG_OUT = 0xff;
/** A field for the reader to fill: what the user leaves free stays FF, as PIV pads a PIN (2.4.3). */
const EMPTY = new Uint8Array(PIN_FIELD_LENGTH).fill(0xff);

/**
 * PIN and PUK of a PIV application, entered at the reader's keypad. The reader completes an APDU and sends it itself. What it says is checked with the
 * card. If it answers 9000 without having asked its user, the card says so: the PIN is not verified before the entry, and has to be afterwards. How
 * many tries are left, the card is asked.
 */
export class PinsOnReader {
  constructor(
    private readonly channel: PivChannel,
    private readonly pins: PinAndPuk,
  ) {}

  /**
   * Has the user enter the PIN, and verifies it (3.2.1).
   *
   * @param former a PIN that the card should no longer have. It is sent only to a card that cannot end the verification of its PIN, and spends a try.
   * @throws CardwrightError `PIN_INCORRECT`, `PIN_BLOCKED`; `PINPAD_UNUSABLE` with `lied` if the card still has its former PIN, or verified no PIN
   *   although the reader says so, and with `unproved` if that cannot be told of this card; the errors of `Pinpad.verify`
   */
  async verify(pinpad: Pinpad, lengths: EntryLengths, former?: Uint8Array): Promise<void> {
    await this.#endVerification(former);
    const statusWord = await pinpad.verify(apdu(INS.VERIFY, EMPTY), lengths);
    if (statusWord !== SW.SUCCESS) throw await this.#pinRefusal(meaningOfStatusWord(statusWord, { kind: 'verifyPin' }));
    if (!(await this.#isVerified())) throw new CardwrightError('PINPAD_UNUSABLE', { reason: 'lied' });
  }

  /**
   * Has the user enter a new PIN twice, and sets it with CHANGE REFERENCE DATA (3.2.2). Only a verification proves that the card has it.
   *
   * @param pin the current PIN; null if the user enters it too
   */
  async changePin(pinpad: Pinpad, lengths: EntryLengths, pin: Uint8Array | null): Promise<void> {
    const statusWord = await this.#replace(pinpad, lengths, INS.CHANGE_REFERENCE_DATA, pin);
    if (statusWord !== SW.SUCCESS) throw await this.#pinRefusal(meaningOfStatusWord(statusWord, { kind: 'changePin' }));
  }

  /**
   * Has the user enter a new PIN twice, and sets it by the PUK with RESET RETRY COUNTER (3.2.3). Only a verification proves that the card has it.
   *
   * @param puk the PUK; null if the user enters it too
   */
  async unblockPin(pinpad: Pinpad, lengths: EntryLengths, puk: Uint8Array | null): Promise<void> {
    const statusWord = await this.#replace(pinpad, lengths, INS.RESET_RETRY_COUNTER, puk);
    if (statusWord !== SW.SUCCESS)
      throw await this.#pukRefusal(meaningOfStatusWord(statusWord, { kind: 'unblockPin' }));
  }

  /** @param current what authorises the new PIN; null if the user enters it */
  async #replace(pinpad: Pinpad, lengths: EntryLengths, ins: number, current: Uint8Array | null): Promise<number> {
    // The question selects the application, because the reader sends its APDU to whichever is selected.
    await this.#isVerified();
    this.pins.forget();
    const data = Buffer.concat([current === null ? EMPTY : padPin(current), EMPTY]);
    const command = apdu(ins, data);
    try {
      return await pinpad.modify(command, lengths, current === null);
    } finally {
      // Both have the current PIN or PUK, also after an entry that failed.
      data.fill(0);
      command.fill(0);
    }
  }

  /** Returns the error that the reader claims, with the tries that the card tells. */
  async #pinRefusal(claimed: CardwrightError): Promise<CardwrightError> {
    if (!isCardwrightError(claimed, 'PIN_INCORRECT') && !isCardwrightError(claimed, 'PIN_BLOCKED')) return claimed;
    const { blocked, retriesLeft } = await this.pins.pinStatus();
    return blocked ? new CardwrightError('PIN_BLOCKED') : new CardwrightError('PIN_INCORRECT', { retriesLeft });
  }

  /** As `#pinRefusal`, of the PUK. A card without metadata does not tell the tries of its PUK, so the reader's word stays. */
  async #pukRefusal(claimed: CardwrightError): Promise<CardwrightError> {
    if (!isCardwrightError(claimed, 'PUK_INCORRECT') && !isCardwrightError(claimed, 'PUK_BLOCKED')) return claimed;
    const { blocked, retriesLeft } = await this.pins.pukStatus();
    if (blocked) return new CardwrightError('PUK_BLOCKED');
    return retriesLeft === null ? claimed : new CardwrightError('PUK_INCORRECT', { retriesLeft });
  }

  /** Makes sure that the PIN is not verified, so that its verification proves that the user has entered it. */
  async #endVerification(former: Uint8Array | undefined): Promise<void> {
    this.pins.forgetPin();
    if (!(await this.#isVerified())) return;
    await this.channel.send({ ins: INS.VERIFY, p1: LOG_OUT, p2: REFERENCE.PIN });
    if (!(await this.#isVerified())) return;
    if (former) {
      // A wrong PIN ends the verification too.
      const { statusWord } = await this.channel.send({
        ins: INS.VERIFY,
        p1: 0,
        p2: REFERENCE.PIN,
        data: padPin(former),
      });
      if (statusWord === SW.SUCCESS) throw new CardwrightError('PINPAD_UNUSABLE', { reason: 'lied' });
      if (!(await this.#isVerified())) return;
    }
    throw new CardwrightError('PINPAD_UNUSABLE', { reason: 'unproved' });
  }

  /** Asks the card whether its PIN is verified. Spends no try. */
  async #isVerified(): Promise<boolean> {
    const { statusWord } = await this.channel.send({ ins: INS.VERIFY, p1: 0, p2: REFERENCE.PIN });
    return statusWord === SW.SUCCESS;
  }
}

const apdu = (ins: number, data: Uint8Array): Uint8Array =>
  encodeApdu({ cla: 0, ins, p1: 0, p2: REFERENCE.PIN, data }, 'short');
