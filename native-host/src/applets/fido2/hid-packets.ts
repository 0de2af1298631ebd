import { REPORT_LENGTH } from '../../hid/hid-channel.js';
import { malformedAnswer } from './fido-error.js';

/** Splits messages into packets, one for each report, and joins them again (CTAP 2.1, 11.2.4). */

/** Commands of CTAPHID (11.2.9). */
export const CTAPHID = { INIT: 0x06, CBOR: 0x10, CANCEL: 0x11, KEEPALIVE: 0x3b, ERROR: 0x3f } as const;

/** Channel on which a program requests a channel of its own. */
export const BROADCAST_CHANNEL = 0xffffffff;

/** Bit in the fifth byte of a packet that marks the first packet of a message. */
const FIRST = 0x80;
const FIRST_HEADER = 7;
const NEXT_HEADER = 5;
const MAX_SEQUENCE = 0x7f;
/** Longest payload of a message in bytes: 64 - 7 + 128 * (64 - 5) (11.2.4). */
export const MAX_HID_MESSAGE = REPORT_LENGTH - FIRST_HEADER + (MAX_SEQUENCE + 1) * (REPORT_LENGTH - NEXT_HEADER);

export interface HidMessage {
  /** One of `CTAPHID`. */
  readonly command: number;
  readonly payload: Uint8Array;
}

/** Splits a message into packets, each as long as a report. @throws RangeError when the payload is longer than `MAX_HID_MESSAGE` */
export function packetsOf(channel: number, { command, payload }: HidMessage): Uint8Array[] {
  if (payload.length > MAX_HID_MESSAGE) throw new RangeError('the message does not fit CTAPHID');
  const first = packet(channel, [FIRST | command, payload.length >> 8, payload.length & 0xff], payload);
  const packets = [first];
  for (let offset = REPORT_LENGTH - FIRST_HEADER; offset < payload.length; offset += REPORT_LENGTH - NEXT_HEADER) {
    packets.push(packet(channel, [packets.length - 1], payload.subarray(offset)));
  }
  return packets;
}

/** Joins the packets of one message. Ignores packets of other channels, which belong to other programs. */
export class HidAssembly {
  #command = 0;
  #length = 0;
  #sequence = 0;
  #payload: Uint8Array | undefined;

  constructor(private readonly channel: number) {}

  /**
   * Adds a packet, and returns the message that it completes; undefined if packets are still missing.
   *
   * @throws CardwrightError `AUTHENTICATOR_ERROR` when a report is too short, packets are out of order, or the message would be too long
   */
  add(report: Uint8Array): HidMessage | undefined {
    if (report.length < REPORT_LENGTH) throw malformedAnswer();
    const packet = Buffer.from(report);
    if (packet.readUInt32BE(0) !== this.channel) return undefined;
    const type = packet.readUInt8(4);
    if ((type & FIRST) !== 0) this.#begin(type & ~FIRST, packet);
    else this.#continue(type, packet);
    return this.#complete();
  }

  #begin(command: number, packet: Buffer): void {
    const length = packet.readUInt16BE(5);
    if (this.#payload || length > MAX_HID_MESSAGE) throw malformedAnswer();
    this.#command = command;
    this.#length = length;
    this.#payload = packet.subarray(FIRST_HEADER);
  }

  #continue(sequence: number, packet: Buffer): void {
    if (!this.#payload || sequence !== this.#sequence) throw malformedAnswer();
    this.#sequence += 1;
    this.#payload = Buffer.concat([this.#payload, packet.subarray(NEXT_HEADER)]);
  }

  #complete(): HidMessage | undefined {
    const payload = this.#payload;
    if (!payload || payload.length < this.#length) return undefined;
    this.#payload = undefined;
    this.#sequence = 0;
    return { command: this.#command, payload: Uint8Array.from(payload.subarray(0, this.#length)) };
  }
}

function packet(channel: number, header: readonly number[], payload: Uint8Array): Uint8Array {
  const report = Buffer.alloc(REPORT_LENGTH);
  report.writeUInt32BE(channel, 0);
  report.set(header, 4);
  report.set(payload.subarray(0, REPORT_LENGTH - 4 - header.length), 4 + header.length);
  return report;
}
