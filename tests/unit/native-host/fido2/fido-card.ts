import { decodeCommand } from '../../../../native-host/src/iso7816/apdu.js';
import type { ApduChannel } from '../../../../native-host/src/iso7816/exchange.js';

/** The card's reaction to a message: the bytes of its answer, or first a number of keep-alives with a status. */
export type CardAnswer =
  | Uint8Array
  | { readonly keepAlives: number; readonly status: number; readonly then: Uint8Array };

/** The card's deviations from a good one. */
export interface CardTraits {
  readonly select?: number;
  readonly refusesExtended?: boolean;
  /** The status word that refuses every message. */
  readonly refuses?: number;
  /** Sends this many bytes at once, and the others by GET RESPONSE. */
  readonly blockSize?: number;
}

const FIDO_AID = 'a0000006472f0001';
const CANCELLED = Uint8Array.of(0x2d);

/** A card that implements the framing of the FIDO application (CTAP 2.1, 11.3) and records its APDUs. */
export class FidoCard implements ApduChannel {
  readonly received: string[] = [];
  /** Set while another application is selected; the next SELECT ends that. */
  isDeselected = false;
  #chain: Uint8Array = new Uint8Array();
  #waiting: Uint8Array = new Uint8Array();
  #keepAlives = 0;
  #pending: { readonly status: number; readonly then: Uint8Array } | undefined;

  constructor(
    private readonly answer: (message: Uint8Array) => CardAnswer,
    private readonly traits: CardTraits = {},
  ) {}

  transmit(apdu: Uint8Array): Promise<Uint8Array> {
    this.received.push(Buffer.from(apdu).toString('hex'));
    return Promise.resolve(this.#respond(apdu));
  }

  #respond(apdu: Uint8Array): Uint8Array {
    const { cla, ins, p1, data = new Uint8Array() } = decodeCommand(apdu);
    if (ins === 0xa4) {
      const isFido = Buffer.from(data).toString('hex') === FIDO_AID;
      this.isDeselected = false;
      return withStatus(this.traits.select ?? (isFido ? 0x9000 : 0x6a82), Buffer.from('FIDO_2_0'));
    }
    if (ins === 0xc0) return this.#block();
    if (this.isDeselected) return withStatus(0x6d00);
    if (cla === 0x80 && ins === 0x11) return p1 === 0x11 ? this.#cancel() : this.#step();
    if ((cla & ~0x10) !== 0x80 || ins !== 0x10 || p1 !== 0x80) return withStatus(0x6d00);
    if (this.traits.refusesExtended && apdu[4] === 0 && apdu.length > 5) return withStatus(0x6700);
    if (this.traits.refuses !== undefined) return withStatus(this.traits.refuses);
    this.#chain = Buffer.concat([this.#chain, data]);
    if ((cla & 0x10) !== 0) return withStatus(0x9000);
    const message = this.#chain;
    this.#chain = new Uint8Array();
    return this.#begin(this.answer(message));
  }

  #begin(answer: CardAnswer): Uint8Array {
    if (answer instanceof Uint8Array) return this.#send(answer);
    this.#keepAlives = answer.keepAlives;
    this.#pending = answer;
    return this.#step();
  }

  #step(): Uint8Array {
    if (!this.#pending) return withStatus(0x6985);
    if (this.#keepAlives > 0) {
      this.#keepAlives -= 1;
      return withStatus(0x9100, Uint8Array.of(this.#pending.status));
    }
    const { then } = this.#pending;
    this.#pending = undefined;
    return this.#send(then);
  }

  #cancel(): Uint8Array {
    this.#pending = undefined;
    return this.#send(CANCELLED);
  }

  #send(answer: Uint8Array): Uint8Array {
    this.#waiting = answer;
    return this.#block();
  }

  #block(): Uint8Array {
    const size = this.traits.blockSize ?? 256;
    const block = this.#waiting.subarray(0, size);
    this.#waiting = this.#waiting.subarray(size);
    const left = this.#waiting.length;
    return withStatus(left === 0 ? 0x9000 : 0x6100 + (left > 255 ? 0 : left), block);
  }
}

export const withStatus = (statusWord: number, data: Uint8Array = new Uint8Array()): Uint8Array =>
  Uint8Array.of(...data, statusWord >> 8, statusWord & 0xff);
