import type { Answer } from '../apdu/channel.js';
import type { Command } from '../apdu/command.js';
import { CardError, StatusWord } from '../apdu/status-word.js';
import type { Card } from '../card/card.js';
import type { FidoProfile } from '../card/fido-profile.js';
import { Authenticator } from './authenticator.js';
import { CtapStatus } from './ctap-status.js';

/** The class of CTAP's own instructions (CTAP 2.1, 11.3.5). */
export const CTAP_CLASS = 0x80;
const Ins = { message: 0x10, getResponse: 0x11, control: 0x12, u2fVersion: 0x03 } as const;
/** P1 of a message whose client supports polling. */
const ASKS_AGAIN = 0x80;
/** P1 of a GETRESPONSE that cancels the running command. */
const CANCEL = 0x11;
/** P1 of a CONTROL that ends the communication. */
const END = 0x01;
/** Data that accompanies the status word 9100 (CTAP 2.1, 11.3.7.2). */
const KeepAlive = { processing: 0x01, upNeeded: 0x02 } as const;
/** The command byte of authenticatorReset (CTAP 2.1, 6.6). */
const RESET = 0x07;
/** Milliseconds after which the card asks to be polled again. */
const KEEP_ALIVE_MS = 100;
const NOTHING = Buffer.alloc(0);

interface Running {
  readonly isReset: boolean;
  readonly answer: Promise<Buffer>;
  readonly cancel: AbortController;
}

/** The FIDO2 application over APDUs, in the framing of NFC (CTAP 2.1, 11.3), which readers with contacts use as well. */
export class Fido2Applet {
  readonly #card: Card;
  readonly #profile: FidoProfile;
  readonly #authenticator: Authenticator;
  #running: Running | undefined;

  /** @param onDeselected called when the application ends its own selection */
  constructor(
    card: Card,
    profile: FidoProfile,
    private readonly onDeselected: () => void,
  ) {
    this.#card = card;
    this.#profile = profile;
    this.#authenticator = new Authenticator(card, profile);
  }

  /** The answer to SELECT. */
  get greeting(): Buffer {
    return Buffer.from(this.#profile.greeting, 'ascii');
  }

  /** Cancels the running command, if any. The card also calls this for a SELECT of any application. */
  interrupt(): void {
    this.#running?.cancel.abort();
    this.#running = undefined;
  }

  /** Resets the application when the reader resets the card. Unlike a removal of the card, this is no power cycle. */
  reset(): void {
    this.interrupt();
    this.#authenticator.forget();
  }

  /**
   * Executes a CTAP instruction, or the U2F version request.
   *
   * @throws CardError 6D00 for any other instruction, 6A86 for a wrong P1 or P2, 6985 for a GETRESPONSE while no command runs
   */
  async execute({ cla, ins, p1, p2, data }: Command): Promise<Answer | Buffer> {
    if (cla !== CTAP_CLASS) return this.#executeU2f(ins);
    if (p2 !== 0) throw new CardError(StatusWord.wrongParameters, 'P2 is 00');
    if (ins === Ins.message && (p1 === 0 || p1 === ASKS_AGAIN)) return this.#begin(data, p1 === ASKS_AGAIN);
    if (ins === Ins.getResponse && (p1 === 0 || p1 === CANCEL)) return this.#continue(p1 === CANCEL);
    if (ins === Ins.control && p1 === END) {
      this.interrupt();
      return NOTHING;
    }
    const isKnown = ins === Ins.message || ins === Ins.getResponse || ins === Ins.control;
    throw new CardError(
      isKnown ? StatusWord.wrongParameters : StatusWord.instructionNotSupported,
      'no such instruction',
    );
  }

  async #begin(message: Buffer, asksAgain: boolean): Promise<Answer | Buffer> {
    this.interrupt();
    const cancel = new AbortController();
    const answer = this.#authenticator.execute(Buffer.from(message), cancel.signal);
    const running = { isReset: message[0] === RESET, answer, cancel };
    if (!asksAgain) return this.#conclude(running, await answer);
    this.#running = running;
    return this.#answerOrKeepAlive(running);
  }

  #continue(isCancelled: boolean): Promise<Answer | Buffer> {
    const running = this.#running;
    if (!running) throw new CardError(StatusWord.conditionsNotSatisfied, 'no message before this one');
    if (isCancelled) running.cancel.abort();
    return this.#answerOrKeepAlive(running);
  }

  async #answerOrKeepAlive(running: Running): Promise<Answer | Buffer> {
    const answer = await this.#soonAnswered(running);
    if (answer) {
      if (this.#running === running) this.#running = undefined;
      return this.#conclude(running, answer);
    }
    const status = this.#authenticator.isWaitingForTouch ? KeepAlive.upNeeded : KeepAlive.processing;
    return { data: Buffer.of(status), statusWord: StatusWord.keepAlive };
  }

  #conclude({ isReset }: Running, answer: Buffer): Buffer {
    const isErased = isReset && answer[0] === CtapStatus.ok;
    if (isErased && this.#profile.resetEndsSelection) this.onDeselected();
    return answer;
  }

  /** Returns the answer. Returns undefined if the answer takes longer than `KEEP_ALIVE_MS`. */
  async #soonAnswered({ answer }: Running): Promise<Buffer | undefined> {
    let forget = (): void => undefined;
    const tooLong = new Promise<undefined>((resolve) => {
      forget = this.#card.clock.after(KEEP_ALIVE_MS, () => resolve(undefined));
    });
    try {
      return await Promise.race([answer, tooLong]);
    } finally {
      forget();
    }
  }

  /** Answers the U2F version request if the answer to SELECT is `U2F_V2`. Registration and login by U2F are not supported. */
  #executeU2f(ins: number): Buffer {
    if (ins === Ins.u2fVersion && this.#profile.greeting === 'U2F_V2') return this.greeting;
    throw new CardError(StatusWord.instructionNotSupported, 'no such instruction');
  }
}
