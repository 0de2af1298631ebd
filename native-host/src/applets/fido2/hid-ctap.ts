import { randomBytes } from 'node:crypto';
import { pause, type Clock } from '../../clock.js';
import type { HidChannel } from '../../hid/hid-channel.js';
import { MAX_ANSWER, STATUS } from './ctap.js';
import type { Ctap2Transport, SendOptions } from './ctap-transport.js';
import { malformedAnswer, meaningOfCtapStatus } from './fido-error.js';
import { BROADCAST_CHANNEL, CTAPHID, HidAssembly, MAX_HID_MESSAGE, packetsOf, type HidMessage } from './hid-packets.js';
import { Patience } from './patience.js';

/** Milliseconds of one wait for a report. Aborts are noticed between two waits. */
const READ_TIME = 100;
/**
 * Largest number of attempts to send a message while another program's message is in progress, and milliseconds between two attempts
 * (11.2.9.1.6).
 */
const BUSY_TRIES = 20;
const BUSY_INTERVAL = 100;
/** Milliseconds for the answer to INIT, which needs no work. */
const INIT_TIME = 3_000;
const NONCE_LENGTH = 8;
/** Length in bytes of the answer to INIT: nonce, channel, versions, capabilities (11.2.9.1.3). */
const INIT_LENGTH = 17;
/** Position of the capabilities in the answer to INIT. */
const CAPABILITIES = 16;
/** Capability: supports CTAPHID_CBOR, which is CTAP2. */
const CAPABILITY_CBOR = 0x04;
/** Channel number that no authenticator may allocate. */
const RESERVED_CHANNEL = 0;

/** CTAP2 over USB HID (CTAP 2.1, 11.2). */
export class HidCtap implements Ctap2Transport {
  readonly transports = ['usb'] as const;
  /**
   * Allocated channel; undefined before the allocation, during an exchange, and after an exchange that ended without a valid answer or with the
   * error INVALID_CHANNEL. The next message then allocates a new channel.
   */
  #channel: number | undefined;
  #knowsCbor = false;

  private constructor(
    private readonly device: HidChannel,
    private readonly clock: Clock,
  ) {}

  /**
   * Allocates a channel. Returns null when the authenticator supports CTAP1 alone.
   *
   * @throws CardwrightError `DEVICE_BUSY`, `AUTHENTICATOR_ERROR`, `NOT_SUPPORTED_BY_DEVICE`, `CARD_REMOVED`, `CANCELLED`
   */
  static async open(device: HidChannel, clock: Clock, signal?: AbortSignal): Promise<HidCtap | null> {
    const transport = new HidCtap(device, clock);
    await transport.#allocate({ signal });
    return transport.#knowsCbor ? transport : null;
  }

  async send(message: Uint8Array, options: SendOptions = {}): Promise<Uint8Array> {
    if (message.length > MAX_HID_MESSAGE) return Uint8Array.of(STATUS.INVALID_LENGTH);
    for (let tries = 1; ; tries += 1) {
      const answer = await this.#converse(message, options);
      if (answer[0] !== STATUS.CHANNEL_BUSY || tries === BUSY_TRIES) return answer;
      await pause(this.clock, BUSY_INTERVAL);
    }
  }

  /** Does nothing, because a channel outlives a reset. */
  reopen(): Promise<void> {
    return Promise.resolve();
  }

  async #converse(message: Uint8Array, options: SendOptions): Promise<Uint8Array> {
    const channel = this.#channel ?? (await this.#allocate(options));
    // Until the answer is complete, the next packet on this channel may belong to that answer, so the channel cannot be used for another message.
    this.#channel = undefined;
    const patience = new Patience(this.clock, options);
    const answer = await this.#exchange(channel, { command: CTAPHID.CBOR, payload: message }, patience);
    if (answer && answer[0] !== STATUS.INVALID_CHANNEL) this.#channel = channel;
    return patience.conclude(answer);
  }

  /** Requests a channel with INIT on the broadcast channel (11.2.9.1.3). The nonce distinguishes the answer from answers to other programs. */
  async #allocate({ signal }: SendOptions): Promise<number> {
    const nonce = randomBytes(NONCE_LENGTH);
    const isOurs = ({ command, payload }: HidMessage): boolean =>
      command === CTAPHID.ERROR || nonce.equals(payload.subarray(0, NONCE_LENGTH));
    const patience = new Patience(this.clock, { signal }, INIT_TIME);
    const init = { command: CTAPHID.INIT, payload: nonce };
    const answer = Buffer.from(patience.conclude(await this.#exchange(BROADCAST_CHANNEL, init, patience, isOurs)));
    const [status = STATUS.OTHER] = answer;
    if (answer.length === 1) throw meaningOfCtapStatus(status, { kind: 'getInfo' });
    if (answer.length < INIT_LENGTH) throw malformedAnswer();
    const channel = answer.readUInt32BE(NONCE_LENGTH);
    if (channel === RESERVED_CHANNEL || channel === BROADCAST_CHANNEL) throw malformedAnswer();
    this.#channel = channel;
    this.#knowsCbor = (answer.readUInt8(CAPABILITIES) & CAPABILITY_CBOR) !== 0;
    return channel;
  }

  /**
   * Sends one message and waits for its answer.
   *
   * @returns the payload of the answer, or the code of an ERROR, which is a status too (11.2.9.1.6); undefined if no answer came in time
   */
  async #exchange(
    channel: number,
    message: HidMessage,
    patience: Patience,
    isOurs: (answer: HidMessage) => boolean = () => true,
  ): Promise<Uint8Array | undefined> {
    for (const packet of packetsOf(channel, message)) await this.device.write(packet);
    const assembly = new HidAssembly(channel);
    for (;;) {
      if (patience.mustStop()) await this.#cancel(channel);
      else if (patience.isOver()) return undefined;
      const report = await this.device.read(READ_TIME);
      const answer = report && assembly.add(report);
      if (!answer || !isOurs(answer)) continue;
      const { command, payload } = answer;
      if (command !== CTAPHID.KEEPALIVE) return contentOf(answer, message.command);
      patience.keptAlive(payload[0] ?? 0);
    }
  }

  /** Sends CANCEL. The authenticator answers the cancelled message instead of the CANCEL (11.2.9.1.5). */
  async #cancel(channel: number): Promise<void> {
    const [packet = new Uint8Array()] = packetsOf(channel, { command: CTAPHID.CANCEL, payload: new Uint8Array() });
    await this.device.write(packet);
  }
}

function contentOf({ command, payload }: HidMessage, asked: number): Uint8Array {
  const isError = command === CTAPHID.ERROR;
  if ((!isError && command !== asked) || payload.length === 0 || payload.length > MAX_ANSWER) throw malformedAnswer();
  const [code = STATUS.OTHER] = payload;
  // An ERROR whose code says "success" counts as "other error".
  return isError ? Uint8Array.of(code === STATUS.OK ? STATUS.OTHER : code) : payload;
}
