import { ApduChannel } from './apdu/channel.js';
import type { Command } from './apdu/command.js';
import { CardError, StatusWord } from './apdu/status-word.js';
import type { Card } from './card/card.js';
import { executeManagement, managementAid, managementGreeting } from './management-applet/management-applet.js';
import { applicationProperties, isPivAid } from './piv-applet/aid.js';
import { executePiv } from './piv-applet/piv-applet.js';

const SELECT = 0xa4;
const BY_NAME = 0x04;

type Application = 'piv' | 'management' | undefined;

/** The card's operating system: which application is selected, and what a reset forgets. */
export class Chip {
  readonly #card: Card;
  readonly #channel: ApduChannel;
  #selected: Application;

  /** @param onDefect told of exceptions that no card should have; the reader gets 6F00 */
  constructor(card: Card, onDefect: (error: unknown) => void) {
    this.#card = card;
    this.#channel = new ApduChannel((command) => this.#execute(command), onDefect);
    this.#selected = this.#selectedAfterReset();
  }

  transmit(apdu: Buffer): Promise<Buffer> {
    return this.#channel.transmit(apdu);
  }

  reset(): void {
    this.#channel.reset();
    this.#card.logOut();
    this.#selected = this.#selectedAfterReset();
  }

  async #execute(command: Command): Promise<Buffer> {
    if (command.cla !== 0) throw new CardError(this.#card.profile.statusWords.unknownClass, 'no such class');
    if (command.ins === SELECT && command.p1 === BY_NAME) return this.#select(command.data);
    if (this.#selected === 'piv') return executePiv(this.#card, command);
    if (this.#selected === 'management') return executeManagement(this.#card, command);
    throw new CardError(StatusWord.instructionNotSupported, 'no application is selected');
  }

  #select(aid: Buffer): Buffer {
    const { profile } = this.#card;
    if (profile.selectEndsLogin) {
      this.#card.logOut();
      this.#selected = undefined;
    }
    if (profile.pivApplication && isPivAid(aid)) {
      this.#selected = 'piv';
      return applicationProperties(profile);
    }
    if (profile.yubicoExtensions && aid.equals(managementAid)) {
      this.#selected = 'management';
      return managementGreeting;
    }
    throw new CardError(profile.statusWords.unknownApplication, 'no such application');
  }

  /** SP 800-73-4 lets the PIV application be the default one; a YubiKey waits for a SELECT. */
  #selectedAfterReset(): Application {
    const { pivApplication, yubicoExtensions } = this.#card.profile;
    return pivApplication && !yubicoExtensions ? 'piv' : undefined;
  }
}
