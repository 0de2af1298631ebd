import type { Answer } from '../apdu/channel.js';
import type { Command } from '../apdu/command.js';
import { CardError, StatusWord } from '../apdu/status-word.js';
import type { Card } from '../card/card.js';
import type { FidoProfile } from '../card/fido-profile.js';
import { Authenticator } from './authenticator.js';

/** The class of CTAP's own instructions (CTAP 2.1, 11.3.5). */
export const CTAP_CLASS = 0x80;
const Ins = { message: 0x10, getResponse: 0x11, control: 0x12, u2fVersion: 0x03 } as const;
/** P1 of a message: the client understands that it has to ask again. */
const ASKS_AGAIN = 0x80;
/** P1 of GETRESPONSE: the client cancels. */
const CANCEL = 0x11;
/** P1 of CONTROL: the client has finished. */
const END = 0x01;
/** What is answered with 9100 (CTAP 2.1, 11.3.7.2). */
const KeepAlive = { processing: 0x01, upNeeded: 0x02 } as const;
/** How long an answer may take before the card asks to be asked again. */
const KEEP_ALIVE_MS = 100;
const NOTHING = Buffer.alloc(0);

interface Running {
  readonly answer: Promise<Buffer>;
  readonly cancel: AbortController;
}

/** The FIDO2 application over APDUs: NFC's framing (CTAP 2.1, 11.3), which readers with contacts use as well. */
export class Fido2Applet {
  readonly #card: Card;
  readonly #profile: FidoProfile;
  readonly #authenticator: Authenticator;
  #running: Running | undefined;

  constructor(card: Card, profile: FidoProfile) {
    this.#card = card;
    this.#profile = profile;
    this.#authenticator = new Authenticator(card, profile);
  }

  /** What SELECT answers. */
  get greeting(): Buffer {
    return Buffer.from(this.#profile.greeting, 'ascii');
  }

  /** Ends a command that is under way: another application is selected, or this one again. */
  interrupt(): void {
    this.#running?.cancel.abort();
    this.#running = undefined;
  }

  /** What a reset of the reader does. It is no power cycle: only pulling the card is. */
  reset(): void {
    this.interrupt();
    this.#authenticator.forget();
  }

  /** @throws CardError with the status word for what is no message of CTAP */
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

  #begin(message: Buffer, asksAgain: boolean): Promise<Answer | Buffer> {
    this.interrupt();
    const cancel = new AbortController();
    const answer = this.#authenticator.execute(Buffer.from(message), cancel.signal);
    if (!asksAgain) return answer;
    this.#running = { answer, cancel };
    return this.#answerOrKeepAlive(this.#running);
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
      return answer;
    }
    const status = this.#authenticator.isWaitingForTouch ? KeepAlive.upNeeded : KeepAlive.processing;
    return { data: Buffer.of(status), statusWord: StatusWord.keepAlive };
  }

  /** Undefined where the answer takes longer than a reader is kept waiting. */
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

  /** Of U2F only the question for its version is answered; it neither registers nor logs in. */
  #executeU2f(ins: number): Buffer {
    if (ins === Ins.u2fVersion && this.#profile.greeting === 'U2F_V2') return this.greeting;
    throw new CardError(StatusWord.instructionNotSupported, 'no such instruction');
  }
}
