import { EventEmitter, once } from 'node:events';
import { connect, type Socket } from 'node:net';
import type { CardInReader } from '../card-in-reader.js';
import { acknowledgeAtOnce } from './quick-ack.js';

const LENGTH_BYTES = 2;
/** Control commands of vpcd. A frame whose body is one byte contains a control command, any other frame an APDU. */
const Control = { powerOff: 0, powerOn: 1, reset: 2, getAtr: 4 } as const;

/**
 * The connection between a card and its slot in the vpcd reader driver. The card is the TCP client: connecting is insertion, disconnecting
 * is removal. Frames are a two-byte big-endian length and a body.
 */
export class VpcdConnection extends EventEmitter<{ powered: []; closed: [] }> {
  readonly #socket: Socket;
  readonly #card: CardInReader;
  #received: Buffer = Buffer.alloc(0);
  #isPowered = false;

  private constructor(socket: Socket, card: CardInReader) {
    super();
    this.#socket = socket;
    this.#card = card;
    socket.on('data', (bytes) => this.#take(bytes));
    // A reader that goes away resets the connection. Only the 'close' that follows is handled.
    socket.on('error', () => socket.destroy());
    socket.on('close', () => this.emit('closed'));
  }

  /**
   * Connects the card to a slot.
   *
   * @throws when the connection fails, as when nothing listens on this port
   */
  static async open(port: number, host: string, card: CardInReader): Promise<VpcdConnection> {
    const socket = connect({ port, host, noDelay: true });
    await once(socket, 'connect');
    acknowledgeAtOnce(socket);
    return new VpcdConnection(socket, card);
  }

  get isOpen(): boolean {
    return !this.#socket.destroyed;
  }

  /** Pulls the card: sends nothing more, and resolves when the connection is closed. */
  async close(): Promise<void> {
    if (this.#socket.closed) return;
    this.#socket.destroy();
    await once(this.#socket, 'close');
  }

  #take(bytes: Buffer): void {
    acknowledgeAtOnce(this.#socket);
    this.#received = Buffer.concat([this.#received, bytes]);
    while (this.#received.length >= LENGTH_BYTES) {
      const end = LENGTH_BYTES + this.#received.readUInt16BE(0);
      if (this.#received.length < end) return;
      const body = this.#received.subarray(LENGTH_BYTES, end);
      this.#received = this.#received.subarray(end);
      this.#handle(body);
    }
  }

  /**
   * Handles an APDU or a control command. ATR requests are answered even during an APDU, because pcscd concludes from a missing answer that the card
   * was removed.
   */
  #handle(body: Buffer): void {
    if (body.length !== 1) {
      void this.#card.transmit(body).then((response) => {
        if (response) this.#send(response);
      });
      return;
    }
    const order = body.readUInt8(0);
    if (order === Control.getAtr) {
      this.#send(this.#card.atr);
      if (this.#isPowered) this.emit('powered');
    } else {
      this.#isPowered = order === Control.powerOn || order === Control.reset;
      this.#card.reset();
    }
  }

  /**
   * Sends length and body in one write, so that the body never waits for an acknowledgement of the length. Does nothing once the connection is
   * closed.
   */
  #send(body: Buffer): void {
    if (!this.isOpen) return;
    const frame = Buffer.alloc(LENGTH_BYTES + body.length);
    frame.writeUInt16BE(body.length);
    body.copy(frame, LENGTH_BYTES);
    this.#socket.write(frame);
    acknowledgeAtOnce(this.#socket);
  }
}
