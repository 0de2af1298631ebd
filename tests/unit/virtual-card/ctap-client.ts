import {
  createCipheriv,
  createDecipheriv,
  createECDH,
  createHash,
  createHmac,
  hkdfSync,
  randomBytes,
} from 'node:crypto';
import { decode, encode, rfc8949EncodeOptions } from 'cborg';
import { Card, Chip, type Circumstances, makeCard, type ProfileName } from '@cardwright/virtual-card';
import type { CardState } from '@cardwright/virtual-card';
import { EventClock } from './event-clock.js';

export const SELECT_FIDO = '00A4040008A0000006472F0001';
export const PIN = '739154';
export const RP = 'example.com';

export type CborMap = Map<number | string, unknown>;

/** An answer of CTAP: its status, and the map after it. */
export interface CtapAnswer {
  readonly status: number;
  readonly map: CborMap;
}

/** A map of CBOR; fields that are undefined are left out. */
export function map(...fields: readonly (readonly [number | string, unknown])[]): CborMap {
  return new Map(fields.filter(([, value]) => value !== undefined));
}

export function cbor(value: unknown): Buffer {
  return Buffer.from(encode(value, rfc8949EncodeOptions));
}

export const sha256 = (text: string | Buffer): Buffer => createHash('sha256').update(text).digest();

/** A card without a reader, and a client of its FIDO2 application that shares no code with it. */
export class CtapClient {
  /** The status of each keep-alive, by which the card asks to be asked again. */
  readonly keepAlives: number[] = [];
  readonly defects: unknown[] = [];
  #chip: Chip;
  card: Card;

  private constructor(
    readonly state: CardState,
    readonly clock: EventClock,
    private readonly circumstances: Circumstances,
  ) {
    this.card = new Card(state, { clock, ...circumstances });
    this.#chip = new Chip(this.card, (error) => this.defects.push(error));
  }

  static async insert(profile: ProfileName, circumstances: Circumstances = {}): Promise<CtapClient> {
    return CtapClient.of(await makeCard({ profile, serial: 12_345_678 }), circumstances);
  }

  static async of(state: CardState, circumstances: Circumstances = {}): Promise<CtapClient> {
    const client = new CtapClient(state, new EventClock(), circumstances);
    await client.apdu(SELECT_FIDO);
    return client;
  }

  /** Takes the card out and puts it in again. */
  async reinsert(): Promise<void> {
    this.card = new Card(this.state, { clock: this.clock, ...this.circumstances });
    this.#chip = new Chip(this.card, (error) => this.defects.push(error));
    await this.apdu(SELECT_FIDO);
  }

  /** Resets the card without taking it out, as a reader can. */
  async resetReader(): Promise<void> {
    this.#chip.reset();
    await this.apdu(SELECT_FIDO);
  }

  /** Hexadecimal in, hexadecimal out. */
  async apdu(hex: string): Promise<string> {
    return (await this.#chip.transmit(Buffer.from(hex, 'hex'))).toString('hex').toUpperCase();
  }

  /** Sends a message, in chained blocks, and asks until there is an answer. */
  async send(message: Buffer): Promise<Buffer> {
    const blocks: Buffer[] = [];
    for (let at = 0; at === 0 || at < message.length; at += 240) blocks.push(message.subarray(at, at + 240));
    let answer = '';
    for (const [index, block] of blocks.entries()) {
      const cla = index === blocks.length - 1 ? '80' : '90';
      const body = block.length === 0 ? '' : `${hexByte(block.length)}${block.toString('hex')}`;
      answer = await this.apdu(`${cla}108000${body}00`);
    }
    let data = '';
    for (;;) {
      const statusWord = answer.slice(-4);
      if (statusWord.startsWith('61')) {
        data += answer.slice(0, -4);
        answer = await this.apdu(`80C00000${statusWord.slice(2)}`);
      } else if (statusWord === '9100') {
        this.keepAlives.push(Number.parseInt(answer.slice(0, 2), 16));
        answer = await this.apdu('8011000000');
      } else if (statusWord === '9000') {
        return Buffer.from(data + answer.slice(0, -4), 'hex');
      } else {
        throw new Error(`answered ${statusWord}`);
      }
    }
  }

  async call(command: number, parameters?: unknown): Promise<CtapAnswer> {
    const body = parameters === undefined ? Buffer.alloc(0) : cbor(parameters);
    const [status = -1, ...rest] = await this.send(Buffer.concat([Buffer.of(command), body]));
    return { status, map: rest.length === 0 ? map() : asMap(decode(Buffer.from(rest), { useMaps: true })) };
  }

  async status(command: number, parameters?: unknown): Promise<number> {
    return (await this.call(command, parameters)).status;
  }

  async info(): Promise<CborMap> {
    return (await this.call(0x04)).map;
  }

  async option(name: string): Promise<unknown> {
    return asMap((await this.info()).get(0x04)).get(name);
  }

  async retries(): Promise<unknown> {
    return (await this.call(0x06, map([1, 2], [2, 1]))).map.get(3);
  }

  /** Agrees on a secret with the authenticator (CTAP 2.1, 6.5.4). */
  async agree(protocol: 1 | 2 = 2): Promise<Agreement> {
    const { map: answer } = await this.call(0x06, map([1, protocol], [2, 2]));
    return new Agreement(protocol, asMap(answer.get(1)));
  }

  async setPin(pin: string, protocol: 1 | 2 = 2): Promise<number> {
    const secret = await this.agree(protocol);
    const sealed = secret.encrypt(padded(pin));
    return this.status(
      0x06,
      map([1, protocol], [2, 3], [3, secret.publicKey], [4, secret.authenticate(sealed)], [5, sealed]),
    );
  }

  async changePin(old: string, pin: string, protocol: 1 | 2 = 2): Promise<number> {
    const secret = await this.agree(protocol);
    const [sealed, hash] = [secret.encrypt(padded(pin)), secret.encrypt(hashOf(old))];
    const code = secret.authenticate(Buffer.concat([sealed, hash]));
    return this.status(0x06, map([1, protocol], [2, 4], [3, secret.publicKey], [4, code], [5, sealed], [6, hash]));
  }

  /** Asks for a token: with permissions, or as CTAP 2.0 had it. */
  async askToken(pin: string, order: TokenOrder = {}): Promise<{ status: number; token: Token | undefined }> {
    const { protocol = 2, permissions, rpId } = order;
    const secret = await this.agree(protocol);
    const { status, map: answer } = await this.call(
      0x06,
      map(
        [1, protocol],
        [2, permissions === undefined ? 5 : 9],
        [3, secret.publicKey],
        [6, secret.encrypt(hashOf(pin))],
        [9, permissions],
        [10, rpId],
      ),
    );
    const sealed = answer.get(2);
    return { status, token: sealed === undefined ? undefined : new Token(protocol, secret.decrypt(asBytes(sealed))) };
  }

  async token(permissions: number | undefined, rpId?: string, protocol: 1 | 2 = 2): Promise<Token> {
    const { status, token } = await this.askToken(PIN, {
      protocol,
      ...(permissions === undefined ? {} : { permissions }),
      ...(rpId === undefined ? {} : { rpId }),
    });
    if (!token) throw new Error(`no token: ${status.toString(16)}`);
    return token;
  }
}

export interface TokenOrder {
  readonly protocol?: 1 | 2;
  readonly permissions?: number;
  readonly rpId?: string;
}

/** A pinUvAuthToken. */
export class Token {
  constructor(
    readonly protocol: 1 | 2,
    readonly bytes: Buffer,
  ) {}

  authenticate(message: Buffer): Buffer {
    return codeOf(this.protocol, this.bytes, message);
  }
}

/** The client's side of the key agreement. */
export class Agreement {
  readonly publicKey: CborMap;
  readonly #seal: Buffer;
  readonly #code: Buffer;

  constructor(
    readonly protocol: 1 | 2,
    other: CborMap,
  ) {
    const pair = createECDH('prime256v1');
    const point = pair.generateKeys();
    this.publicKey = map([1, 2], [3, -25], [-1, 1], [-2, point.subarray(1, 33)], [-3, point.subarray(33)]);
    const shared = pair.computeSecret(Buffer.concat([Buffer.of(4), asBytes(other.get(-2)), asBytes(other.get(-3))]));
    const derive = (info: string): Buffer => Buffer.from(hkdfSync('sha256', shared, Buffer.alloc(32), info, 32));
    this.#seal = protocol === 1 ? sha256(shared) : derive('CTAP2 AES key');
    this.#code = protocol === 1 ? sha256(shared) : derive('CTAP2 HMAC key');
  }

  encrypt(plain: Buffer): Buffer {
    const iv = this.protocol === 1 ? Buffer.alloc(16) : randomBytes(16);
    const cipher = createCipheriv('aes-256-cbc', this.#seal, iv).setAutoPadding(false);
    const sealed = cipher.update(plain);
    return this.protocol === 1 ? sealed : Buffer.concat([iv, sealed]);
  }

  decrypt(message: Buffer): Buffer {
    const [iv, sealed] =
      this.protocol === 1 ? [Buffer.alloc(16), message] : [message.subarray(0, 16), message.subarray(16)];
    return createDecipheriv('aes-256-cbc', this.#seal, iv).setAutoPadding(false).update(sealed);
  }

  authenticate(message: Buffer): Buffer {
    return codeOf(this.protocol, this.#code, message);
  }
}

export function padded(pin: string): Buffer {
  const bytes = Buffer.alloc(64);
  bytes.write(pin, 'utf8');
  return bytes;
}

export function hashOf(pin: string): Buffer {
  return sha256(pin).subarray(0, 16);
}

export function asMap(value: unknown): CborMap {
  if (!(value instanceof Map)) throw new Error('a map expected');
  const entries: readonly (readonly [unknown, unknown])[] = [...value];
  return new Map(
    entries.map(([key, item]) => {
      if (typeof key !== 'number' && typeof key !== 'string') throw new Error('a number or a text expected');
      return [key, item];
    }),
  );
}

export function asBytes(value: unknown): Buffer {
  if (value instanceof Uint8Array) return Buffer.from(value);
  throw new Error('bytes expected');
}

function codeOf(protocol: 1 | 2, key: Buffer, message: Buffer): Buffer {
  const code = createHmac('sha256', key).update(message).digest();
  return protocol === 1 ? code.subarray(0, 16) : code;
}

function hexByte(value: number): string {
  return value.toString(16).padStart(2, '0');
}
