import { isCardwrightError } from '@cardwright/protocol';
import { KEEP_ALIVE, STATUS } from '../applets/fido2/ctap.js';
import type { Ctap2Transport } from '../applets/fido2/ctap-transport.js';
import { FIDO_AID } from '../applets/fido2/nfc-ctap.js';
import { isCtapApdu, NFCCTAP } from '../applets/fido2/nfc-instructions.js';
import { INS_SELECT } from '../applets/select.js';
import type { Clock } from '../clock.js';
import type { HidChannel } from '../hid/hid-channel.js';
import { CHAINING, decodeCommand, MAX_SHORT_LE, type CommandApdu } from '../iso7816/apdu.js';
import { INS_GET_RESPONSE } from '../iso7816/exchange.js';
import { SW } from '../iso7816/status-word.js';
import type { PcscCard } from '../pcsc/binding.js';

/**
 * Milliseconds to wait for the key's answer to a CTAP message. After this time, the APDU is answered with `UNDER_WAY` and the key's last keep-alive
 * status.
 */
const KEEP_ALIVE_AFTER = 100;
/** Status words "the command is being processed" (CTAP 2.1, 11.3.7) and "more bytes available" (ISO/IEC 7816-4, 5.6). */
const UNDER_WAY = 0x9100;
const MORE_DATA = 0x6100;

interface Message {
  readonly answer: Promise<Uint8Array>;
  readonly cancel: AbortController;
}

/**
 * Presents a security key on USB HID as a card whose only application is FIDO2. This card accepts the APDUs of CTAP (CTAP 2.1, 11.3), so the code for
 * cards in readers works unchanged with this card.
 */
export class HidCard implements PcscCard {
  readonly protocol = 'T=1';
  #chain: Uint8Array = new Uint8Array();
  #rest: Uint8Array = new Uint8Array();
  #running: Message | undefined;
  #lastKeepAlive: number = KEEP_ALIVE.PROCESSING;

  constructor(
    private readonly ctap: Pick<Ctap2Transport, 'send'>,
    private readonly channel: Pick<HidChannel, 'close'>,
    private readonly clock: Clock,
  ) {}

  async transmit(apdu: Uint8Array): Promise<Uint8Array> {
    const command = decodeCommand(apdu);
    const { ins, data, le = MAX_SHORT_LE } = command;
    if (isCtapApdu(command)) return this.#execute(command);
    if (ins === INS_GET_RESPONSE) return this.#part(this.#rest, le);
    if (ins !== INS_SELECT) return answerOf(SW.INSTRUCTION_NOT_SUPPORTED);
    return answerOf(data && Buffer.from(FIDO_AID).equals(data) ? SW.SUCCESS : SW.NOT_FOUND);
  }

  async disconnect(): Promise<void> {
    this.#running?.cancel.abort();
    await this.#running?.answer.catch(() => undefined);
    await this.channel.close();
  }

  async #execute({ cla, ins, p1, data = new Uint8Array(), le = MAX_SHORT_LE }: CommandApdu): Promise<Uint8Array> {
    if (ins === NFCCTAP.POLL.ins) {
      if (p1 === NFCCTAP.CANCEL.p1) this.#running?.cancel.abort();
      return this.#answer(le);
    }
    this.#chain = Buffer.concat([this.#chain, data]);
    if ((cla & CHAINING) !== 0) return answerOf(SW.SUCCESS);
    const message = Uint8Array.from(this.#chain);
    this.#chain.fill(0);
    this.#chain = new Uint8Array();
    this.#running = this.#begin(message);
    return this.#answer(le);
  }

  #begin(message: Uint8Array): Message {
    const cancel = new AbortController();
    this.#lastKeepAlive = KEEP_ALIVE.PROCESSING;
    const onKeepAlive = (status: number): void => void (this.#lastKeepAlive = status);
    const answer = this.ctap
      .send(message, { signal: cancel.signal, onKeepAlive, waitsForUser: true })
      .catch((error: unknown) => {
        if (isCardwrightError(error, 'CANCELLED')) return Uint8Array.of(STATUS.KEEPALIVE_CANCEL);
        throw error;
      });
    // The caller that fetches the answer gets the error. Until then, the error must not count as unhandled.
    answer.catch(() => undefined);
    return { answer, cancel };
  }

  async #answer(le: number): Promise<Uint8Array> {
    const running = this.#running;
    if (!running) return answerOf(SW.CONDITIONS_OF_USE_NOT_SATISFIED);
    let cancel = (): void => undefined;
    const pause = new Promise<undefined>((resolve) => {
      cancel = this.clock.after(KEEP_ALIVE_AFTER, () => resolve(undefined));
    });
    try {
      const answer = await Promise.race([running.answer, pause]);
      if (!answer) return answerOf(UNDER_WAY, Uint8Array.of(this.#lastKeepAlive));
      this.#running = undefined;
      return this.#part(answer, le);
    } finally {
      cancel();
    }
  }

  /** Returns as much of an answer as `le` permits, and keeps the rest for GET RESPONSE. */
  #part(answer: Uint8Array, le: number): Uint8Array {
    const part = answer.subarray(0, le);
    this.#rest = answer.slice(le);
    const waiting = Math.min(this.#rest.length, MAX_SHORT_LE);
    return answerOf(waiting === 0 ? SW.SUCCESS : MORE_DATA | (waiting & 0xff), part);
  }
}

const answerOf = (statusWord: number, data: Uint8Array = new Uint8Array()): Uint8Array =>
  Uint8Array.of(...data, statusWord >> 8, statusWord & 0xff);
