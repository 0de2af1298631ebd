import { type Answer, ApduChannel } from './apdu/channel.js';
import type { Command } from './apdu/command.js';
import { CardError, StatusWord } from './apdu/status-word.js';
import type { Card } from './card/card.js';
import type { CardInReader } from './card-in-reader.js';
import { fidoAid } from './fido2-applet/aid.js';
import { CTAP_CLASS, Fido2Applet } from './fido2-applet/fido2-applet.js';
import { executeManagement, managementAid, managementGreeting } from './management-applet/management-applet.js';
import { executeOtp, isOtpAid, otpStatus } from './otp-applet/otp-applet.js';
import { applicationProperties, isPivAid } from './piv-applet/aid.js';
import { forgetWhatAnotherCommandEnds } from './piv-applet/command-order.js';
import { executePiv } from './piv-applet/piv-applet.js';

const SELECT = 0xa4;
const BY_NAME = 0x04;

/** Executes a command of the selected application. */
type Application = (command: Command) => Buffer | Promise<Buffer | Answer>;

/** The card's operating system: the selection of applications, and the reset. */
export class Chip implements CardInReader {
  readonly #card: Card;
  readonly #channel: ApduChannel;
  /** The FIDO2 application. Undefined if the card has no FIDO2 application, or is in a reader with contacts and hides the application there. */
  readonly #fido: Fido2Applet | undefined;
  #selected: Application | undefined;

  /** @param onDefect called for an exception that is not a CardError: a defect of the virtual card, which it answers with 6F00 */
  constructor(card: Card, onDefect: (error: unknown) => void) {
    const { fido } = card.profile;
    this.#card = card;
    if (fido && (fido.overContacts || card.circumstances.contactless))
      this.#fido = new Fido2Applet(card, fido, () => (this.#selected = undefined));
    this.#channel = new ApduChannel((command) => this.#execute(command), card.profile.transport, onDefect);
    this.#selected = this.#selectedAfterReset();
  }

  get atr(): Buffer {
    return this.#card.atr;
  }

  transmit(apdu: Buffer): Promise<Buffer> {
    return this.#channel.transmit(apdu);
  }

  reset(): void {
    this.#channel.reset();
    this.#card.logOut();
    this.#fido?.reset();
    this.#selected = this.#selectedAfterReset();
  }

  async #execute(command: Command): Promise<Buffer | Answer> {
    const isCtap = command.cla === CTAP_CLASS && this.#selected === this.#executeFido;
    if (isCtap) return this.#executeFido(command);
    if (command.cla !== 0) throw new CardError(this.#card.profile.statusWords.unknownClass, 'no such class');
    forgetWhatAnotherCommandEnds(this.#card, command);
    if (command.ins === SELECT && command.p1 === BY_NAME) return this.#select(command.data);
    if (this.#selected) return this.#selected(command);
    throw new CardError(StatusWord.instructionNotSupported, 'no application is selected');
  }

  #select(aid: Buffer): Buffer {
    const { profile } = this.#card;
    const { firmware } = profile;
    this.#fido?.interrupt();
    if (profile.selectEndsLogin) {
      this.#card.logOut();
      this.#selected = undefined;
    }
    if (profile.pivApplication && isPivAid(aid)) {
      this.#selected = this.#piv;
      return applicationProperties(profile);
    }
    if (this.#fido && aid.equals(fidoAid)) {
      this.#selected = this.#executeFido;
      return this.#fido.greeting;
    }
    if (firmware && aid.equals(managementAid)) {
      this.#selected = (command) => executeManagement(this.#card, command, firmware);
      return managementGreeting(firmware);
    }
    if (firmware?.otpApplication && isOtpAid(aid)) {
      this.#selected = (command) => executeOtp(this.#card, command);
      return otpStatus(firmware);
    }
    if (profile.otherApplication && aid.equals(profile.otherApplication)) {
      this.#selected = () => {
        throw new CardError(StatusWord.instructionNotSupported, 'nothing of this application is played');
      };
      return Buffer.of();
    }
    throw new CardError(profile.statusWords.unknownApplication, 'no such application');
  }

  readonly #piv: Application = (command) => executePiv(this.#card, command);

  readonly #executeFido: Application = (command) => {
    if (!this.#fido) throw new CardError(StatusWord.instructionNotSupported, 'no FIDO2 application');
    return this.#fido.execute(command);
  };

  /**
   * Returns the application that is selected after a reset: PIV on a card without `firmware`, as SP 800-73-4 permits. Returns undefined on a card
   * without PIV, and on a card with `firmware`, because a YubiKey selects no application after a reset.
   */
  #selectedAfterReset(): Application | undefined {
    const { pivApplication, firmware } = this.#card.profile;
    return pivApplication && !firmware ? this.#piv : undefined;
  }
}
