import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { insertCard, type InsertOptions, parseFault, type VirtualCard } from '@cardwright/virtual-card';
import { pin, SELECT_PIV, tag, withData } from './blank-chip.js';

const GET_ATR = '04';
const POWER_ON = '01';
const PIV_ATR = '3B878131FE458031C073C821C0A7';

let folder: string;
let slot: Slot;
const cards: VirtualCard[] = [];

beforeEach(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'cardwright-card-'));
  slot = await Slot.open();
});

afterEach(async () => {
  for (const card of cards.splice(0)) await card.pull();
  await slot.close();
  rmSync(folder, { recursive: true });
});

describe('a card that is inserted', () => {
  it('answers the reader, counts and logs headers and status words, never data', async () => {
    const card = await insert();
    const seen: unknown[] = [];
    card.on('transmit', (record) => seen.push(record));
    await slot.transmit(SELECT_PIV);
    expect(await slot.transmit(`0020008008${pin('111111')}`)).toBe('63C2');
    expect(card.apduCount).toBe(2);
    expect(card.log).toEqual([
      { number: 1, ins: 0xa4, p1: 4, p2: 0, statusWord: 0x9000 },
      { number: 2, ins: 0x20, p1: 0, p2: 0x80, statusWord: 0x63c2 },
    ]);
    expect(seen).toEqual(card.log);
  });

  it('keeps what was done to it when it is pulled and inserted again, but not the login', async () => {
    const first = await insert();
    await slot.transmit(`0024008010${pin('123456')}${pin('654321')}`);
    await slot.transmit(`0020008008${pin('111111')}`);
    await first.pull();
    await insert();
    expect(await slot.transmit('00200080')).toBe('63C2');
    expect(await slot.transmit(`0020008008${pin('654321')}`)).toBe('9000');
  });

  it('is byte for byte the same after it was only looked at', async () => {
    await insert();
    const before = [readFileSync(stateFile()), statSync(stateFile()).mtimeMs];
    await slot.transmit(SELECT_PIV);
    await slot.transmit('00200080');
    await slot.transmit(withData('00CB3FFF', tag('5C', '7E')));
    expect([readFileSync(stateFile()), statSync(stateFile()).mtimeMs]).toEqual(before);
  });

  it('keeps its memory where only its owner can read it', async () => {
    await insert();
    expect(statSync(stateFile()).mode & 0o777).toBe(0o600);
  });

  it('is refused in another profile than that of its memory', async () => {
    await (await insert()).pull();
    await expect(insert({ profile: 'yubikey' })).rejects.toThrow('profile piv');
  });

  it('is refused when the file is not the memory of a card', async () => {
    writeFileSync(stateFile(), '{"profile":"piv"}');
    await expect(insert()).rejects.toThrow('not the memory of a virtual card');
  });

  it('is refused when nothing listens at the port', async () => {
    const { port } = slot;
    await slot.close();
    const inserted = insertCard({ port, profile: 'piv', stateFile: stateFile() });
    await expect(inserted).rejects.toThrow('ECONNREFUSED');
  });

  it('reports its removal when the reader goes away', async () => {
    const card = await insert();
    const removed = once(card, 'removed');
    slot.drop();
    await removed;
    expect(card.isInserted).toBe(false);
  });
});

describe('a faulty card', () => {
  it('is pulled before it does the APDU', async () => {
    const card = await insert({ faults: [parseFault('pull@2')] });
    await slot.transmit(SELECT_PIV);
    const removed = once(card, 'removed');
    slot.send(`0020008008${pin('111111')}`);
    await removed;
    await insert();
    expect(await slot.transmit('00200080')).toBe('63C3');
  });

  it('is pulled after it did the APDU and before it answers', async () => {
    const card = await insert({ faults: [parseFault('pull-after@1')] });
    const removed = once(card, 'removed');
    slot.send(`0020008008${pin('111111')}`);
    await removed;
    expect(slot.pendingBytes).toBe(0);
    await insert();
    expect(await slot.transmit('00200080')).toBe('63C2');
  });

  it('answers one APDU with another status word, without doing it', async () => {
    await insert({ faults: [parseFault('status@1=6F00')] });
    expect(await slot.transmit(`0020008008${pin('111111')}`)).toBe('6F00');
    expect(await slot.transmit('00200080')).toBe('63C3');
  });

  it('answers late, and its ATR at once', async () => {
    // A quarter of an hour: the answer cannot come first.
    await insert({ faults: [parseFault('delay@1=900000')] });
    slot.send('00200080');
    expect(await slot.exchange(GET_ATR)).toBe(PIV_ATR);
    expect(slot.pendingBytes).toBe(0);
  });

  it('answers once its time is over', async () => {
    await insert({ faults: [parseFault('delay@1=1')] });
    expect(await slot.transmit('00200080')).toBe('63C3');
  });

  it('answers a held APDU when it is released, and its ATR at once', async () => {
    const card = await insert({ faults: [parseFault('hold@2')] });
    expect(await slot.transmit('00200080')).toBe('63C3');
    const held = once(card, 'held');
    slot.send(`0020008008${pin('111111')}`);
    await held;
    expect(await slot.exchange(GET_ATR)).toBe(PIV_ATR);
    expect(card.state.pin.triesLeft).toBe(3);
    card.release();
    expect(await slot.receive()).toBe('63C2');
  });

  it('never answers an APDU again, but its ATR always', async () => {
    const card = await insert({ faults: [parseFault('mute@2')] });
    expect(await slot.transmit('00200080')).toBe('63C3');
    const unanswered = once(card, 'transmit');
    slot.send('00200080');
    expect(await unanswered).toEqual([{ number: 2, ins: 0x20, p1: 0, p2: 0x80, statusWord: undefined }]);
    expect(await slot.exchange(GET_ATR)).toBe(PIV_ATR);
    expect(slot.pendingBytes).toBe(0);
  });
});

function stateFile(): string {
  return path.join(folder, 'card.json');
}

async function insert(options: Partial<InsertOptions> = {}): Promise<VirtualCard> {
  const powered = slot.powerNextCard();
  const card = await insertCard({ port: slot.port, profile: 'piv', stateFile: stateFile(), ...options });
  await powered;
  cards.push(card);
  return card;
}

/** The reader's side of vpcd's protocol, written byte by byte as vpcd does: length and body separately. */
class Slot {
  #card: Socket | undefined;
  #received = Buffer.alloc(0);

  private constructor(private readonly server: Server) {}

  static async open(): Promise<Slot> {
    const server = createServer();
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return new Slot(server);
  }

  get port(): number {
    const address = this.server.address();
    if (typeof address !== 'object' || address === null) throw new Error('not listening');
    return address.port;
  }

  get pendingBytes(): number {
    return this.#received.length;
  }

  powerNextCard(): Promise<void> {
    return new Promise((resolve) => {
      this.server.once('connection', (socket) => {
        this.#card = socket;
        this.#received = Buffer.alloc(0);
        socket.on('error', () => socket.destroy());
        socket.on('data', (bytes) => {
          this.#received = Buffer.concat([this.#received, bytes]);
          socket.emit('frame');
        });
        this.send(POWER_ON);
        void this.exchange(GET_ATR).then(() => resolve());
      });
    });
  }

  send(frame: string): void {
    const body = Buffer.from(frame, 'hex');
    this.#card?.write(Buffer.of(body.length >> 8, body.length & 0xff));
    this.#card?.write(body);
  }

  async exchange(frame: string): Promise<string> {
    this.send(frame);
    return this.receive();
  }

  /** The status word of an APDU's answer. */
  async transmit(apdu: string): Promise<string> {
    return (await this.exchange(apdu)).slice(-4);
  }

  async receive(): Promise<string> {
    if (!this.#card) throw new Error('no card');
    while (this.#received.length < 2 || this.#received.length < 2 + this.#received.readUInt16BE(0)) {
      await once(this.#card, 'frame');
    }
    const end = 2 + this.#received.readUInt16BE(0);
    const frame = this.#received.subarray(2, end).toString('hex').toUpperCase();
    this.#received = this.#received.subarray(end);
    return frame;
  }

  drop(): void {
    this.#card?.destroy();
  }

  async close(): Promise<void> {
    this.drop();
    if (!this.server.listening) return;
    this.server.close();
    await once(this.server, 'close');
  }
}
