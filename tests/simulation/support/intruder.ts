import type { PcscProgram } from './pcsc-program.js';
import { isRefusal } from './pcsc-program.js';

/** SELECT of Yubico's management application, which few cards have, and of PIV. */
const SELECT_ANOTHER = '00A4040008A000000527471117';
const SELECT_PIV = '00A4040005A000000308';
/** VERIFY without a PIN, which tells the tries left, and with a PIN that no device here has. */
const ASK_PIN = '00200080';
const WRONG_PIN = '0020008008393939393939FFFF';
/** The answer of a counter that nobody has touched. A try of any other is never spent. */
const THREE_LEFT = '63C3';
const TWO_LEFT = '63C2';
/** Refused connections until a host has given up neither on a listing, nor on an open device that it may also share. */
const [WHILE_LISTED, WHILE_OPENED] = [1, 14];

/**
 * Another program that uses the card in every pause of the hosts. In the first it selects another application, enters a wrong PIN, resets the card
 * and keeps it for a while. In the second it logs in and leaves the card so, having kept it for longer.
 */
export class Intruder {
  /** Refusals that PC/SC should not have given. */
  readonly defects: unknown[] = [];
  /** Its use of each pause of the hosts, noted once the pause is over. */
  readonly uses: ('disturbed' | 'logged in')[] = [];
  #wrongPins = 0;
  #isLurking = false;

  constructor(
    private readonly start: () => PcscProgram,
    /** Returns the PIN of the card. */
    private readonly pin: () => Buffer,
  ) {}

  /** The tries of the PIN that it spent, and nobody made good by entering the right one. */
  get spentTries(): number {
    return this.#wrongPins;
  }

  /** Waits for two pauses of the hosts, and uses the card in each. Ends early if the card is pulled. */
  async lurk(): Promise<void> {
    if (this.#isLurking) return;
    this.#isLurking = true;
    try {
      await this.#disturb();
      await this.#logIn();
    } catch (error) {
      if (!isRefusal(error, 'REMOVED_CARD')) this.defects.push(error);
    } finally {
      this.#isLurking = false;
    }
  }

  async #disturb(): Promise<void> {
    const program = this.start();
    await program.seize('shared');
    await program.transmit(SELECT_ANOTHER);
    await program.transmit(SELECT_PIV);
    if ((await program.transmit(ASK_PIN)) === THREE_LEFT && (await program.transmit(WRONG_PIN)) === TWO_LEFT)
      this.#wrongPins += 1;
    await program.reconnect('reset');
    await program.refuses(WHILE_LISTED);
    await program.disconnect('reset');
    this.uses.push('disturbed');
  }

  async #logIn(): Promise<void> {
    const program = this.start();
    await program.othersConnect();
    await program.seize('shared');
    await program.begin();
    await program.transmit(SELECT_PIV);
    const answer = await program.transmit(`0020008008${this.pin().toString('hex')}`);
    if (answer === '9000') this.#wrongPins = 0;
    await program.refuses(WHILE_OPENED);
    await program.end('leave');
    await program.disconnect('leave');
    this.uses.push('logged in');
  }
}
