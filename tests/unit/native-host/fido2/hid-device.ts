import type { HidChannel } from '../../../../native-host/src/hid/hid-channel.js';
import { packetsOf, type HidMessage } from '../../../../native-host/src/applets/fido2/hid-packets.js';

const BROADCAST = 0xffffffff;
const FIRST_CHANNEL = 0x01020304;

/** Returns the packets that the device sends for a message, in reading order. */
export type Behaviour = (message: HidMessage, device: FakeHidDevice) => readonly Uint8Array[];

/** A small CTAPHID authenticator (CTAP 2.1, 11.2) with a given behaviour for CTAPHID_CBOR. Reads take no real time. */
export class FakeHidDevice implements HidChannel {
  /** The channel allocated last; each INIT gets another. */
  channel = FIRST_CHANNEL;
  readonly received: HidMessage[] = [];
  #reports: Uint8Array[] = [];
  #assembly = { command: 0, length: 0, payload: new Uint8Array() };

  constructor(
    private readonly behave: Behaviour,
    private readonly onRead: (milliseconds: number) => void = () => undefined,
    private readonly capabilities = 0x04,
  ) {}

  write(report: Uint8Array): Promise<void> {
    const packet = Buffer.from(report);
    const type = packet.readUInt8(4);
    const isFirst = (type & 0x80) !== 0;
    if (isFirst) this.#assembly = { command: type & 0x7f, length: packet.readUInt16BE(5), payload: new Uint8Array() };
    this.#assembly.payload = Uint8Array.from([...this.#assembly.payload, ...packet.subarray(isFirst ? 7 : 5)]);
    const { command, length, payload } = this.#assembly;
    if (payload.length >= length) {
      const message = { command, payload: payload.subarray(0, length) };
      this.received.push(message);
      this.#reports.push(...this.#answer(packet.readUInt32BE(0), message));
    }
    return Promise.resolve();
  }

  read(milliseconds: number): Promise<Uint8Array | undefined> {
    const report = this.#reports.shift();
    if (!report) this.onRead(milliseconds);
    return Promise.resolve(report);
  }

  close(): Promise<void> {
    return Promise.resolve();
  }

  /** Sends reports unrequested. */
  push(...reports: readonly Uint8Array[]): void {
    this.#reports.push(...reports);
  }

  /** Splits a message into packets for the allocated channel. */
  packets(command: number, payload: Uint8Array): Uint8Array[] {
    return packetsOf(this.channel, { command, payload });
  }

  #answer(channel: number, message: HidMessage): readonly Uint8Array[] {
    if (channel !== BROADCAST) return this.behave(message, this);
    this.channel += 1;
    const payload = Buffer.alloc(17);
    payload.set(message.payload);
    payload.writeUInt32BE(this.channel, 8);
    payload.set([2, 5, 7, 1, this.capabilities], 12);
    return packetsOf(BROADCAST, { command: 0x06, payload });
  }
}
