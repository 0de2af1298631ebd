import { createECDH, createHash, generateKeyPairSync, randomBytes, sign, type KeyObject } from 'node:crypto';
import type { Ctap2Transport, SendOptions } from '../../../../native-host/src/applets/fido2/ctap-transport.js';
import {
  cborMap,
  decodeCbor,
  encodeCbor,
  isArray,
  isBytes,
  isCount,
  isMap,
  isText,
  optionalMember,
  requiredMember,
  type CborKey,
  type CborMap,
  type CborValue,
} from '../../../../native-host/src/applets/fido2/cbor.js';
import { agree, pinProtocolFor } from '../../../../native-host/src/applets/fido2/pin-protocol.js';
import { pinHash } from '../../../../native-host/src/applets/fido2/fido-pin.js';

interface Stored {
  readonly id: Uint8Array;
  readonly rpId: string;
  readonly privateKey: KeyObject;
}

/** A status that ends a command. */
class Refusal extends Error {
  constructor(readonly status: number) {
    super();
  }
}

/** A small CTAP 2.1 authenticator that records its commands. Its getInfo members can be changed at any time. */
export class FakeAuthenticator implements Ctap2Transport {
  readonly transports: readonly string[] = ['nfc'];
  readonly received: { readonly command: number; readonly parameters: CborMap }[] = [];
  readonly credentials: Stored[] = [];
  readonly options = new Map<string, boolean>([
    ['rk', true],
    ['clientPin', false],
    ['pinUvAuthToken', true],
    ['credMgmt', true],
    ['authnrCfg', true],
    ['setMinPINLength', true],
  ]);
  readonly info = new Map<number, CborValue>([
    [1, ['FIDO_2_0', 'FIDO_2_1']],
    [2, ['credProtect', 'hmac-secret']],
    [3, new Uint8Array(16).fill(7)],
    [6, [2, 1]],
  ]);
  /** Statuses with which the next command of a byte is refused. */
  readonly refusals = new Map<number, number>();
  retries = 8;
  /** The issued token, with its permissions and relying party. */
  token: { readonly bytes: Uint8Array; readonly permissions: number; readonly rpId: string | undefined } | undefined;
  #pinHash: Uint8Array | undefined;
  readonly #key = createECDH('prime256v1');

  constructor() {
    this.#key.generateKeys();
  }

  send(message: Uint8Array, options: SendOptions = {}): Promise<Uint8Array> {
    const [command = 0] = message;
    const parameters = message.length > 1 ? decodeCbor(message.subarray(1)) : cborMap([]);
    if (!isMap(parameters)) throw new Error('parameters are a map');
    this.received.push({ command, parameters });
    if (options.waitsForUser) options.onKeepAlive?.(2);
    try {
      const status = this.refusals.get(command);
      this.refusals.delete(command);
      if (status !== undefined) throw new Refusal(status);
      return Promise.resolve(Uint8Array.of(0, ...encodeCbor(cborMap(this.#perform(command, parameters)))));
    } catch (error) {
      if (error instanceof Refusal) return Promise.resolve(Uint8Array.of(error.status));
      throw error;
    }
  }

  reopen(): Promise<void> {
    return Promise.resolve();
  }

  /** Returns the received commands of this byte. */
  sent(command: number): CborMap[] {
    return this.received.filter((one) => one.command === command).map(({ parameters }) => parameters);
  }

  hasPin(pin: string): boolean {
    return this.#pinHash !== undefined && Buffer.from(pinHash(Buffer.from(pin))).equals(this.#pinHash);
  }

  setPin(pin: string): void {
    this.#pinHash = Uint8Array.from(pinHash(Buffer.from(pin)));
    this.options.set('clientPin', true);
  }

  /** Adds an existing credential. */
  store(rpId: string, id: Uint8Array): void {
    const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    this.credentials.push({ id, rpId, privateKey });
  }

  #perform(command: number, parameters: CborMap): Members {
    switch (command) {
      case 0x01:
        return this.#makeCredential(parameters);
      case 0x02:
        return this.#getAssertion(parameters);
      case 0x04:
        return [...this.info, [4, this.options]];
      case 0x06:
        return this.#clientPin(parameters);
      case 0x07:
        this.#pinHash = undefined;
        this.options.set('clientPin', false);
        return [];
      case 0x0a:
      case 0x41:
        return this.#delete(parameters);
      case 0x0b:
      case 0x0d:
        return [];
      default:
        throw new Refusal(0x01);
    }
  }

  #clientPin(parameters: CborMap): Members {
    const protocol = pinProtocolFor([requiredMember(parameters, 1, isCount)]);
    if (!protocol) throw new Refusal(0x02);
    const subcommand = requiredMember(parameters, 2, isCount);
    if (subcommand === 1) return [[3, this.retries]];
    if (subcommand === 2) return [[1, this.#coseKey()]];
    const privateKey = this.#key.getPrivateKey();
    const { secret } = agree(protocol, requiredMember(parameters, 3, isMap), privateKey);
    if (subcommand === 3 || subcommand === 4) {
      const newPinEnc = requiredMember(parameters, 5, isBytes);
      if (subcommand === 4) this.#requirePin(protocol.decrypt(secret, requiredMember(parameters, 6, isBytes)));
      const padded = Buffer.from(protocol.decrypt(secret, newPinEnc));
      this.setPin(padded.subarray(0, padded.indexOf(0)).toString());
      return [];
    }
    if (subcommand !== 6) this.#requirePin(protocol.decrypt(secret, requiredMember(parameters, 6, isBytes)));
    const bytes = randomBytes(32);
    const permissions = subcommand === 5 ? 0xff : requiredMember(parameters, 9, isCount);
    this.token = { bytes, permissions, rpId: optionalMember(parameters, 0x0a, isText) };
    return [[2, protocol.encrypt(secret, bytes)]];
  }

  #requirePin(hash: Uint8Array): void {
    if (!this.#pinHash) throw new Refusal(0x35);
    if (this.retries === 0) throw new Refusal(0x32);
    if (!Buffer.from(hash).equals(this.#pinHash)) {
      this.retries -= 1;
      throw new Refusal(0x31);
    }
    this.retries = 8;
  }

  #makeCredential(parameters: CborMap): Members {
    const rpId = requiredMember(requiredMember(parameters, 2, isMap), 'id', isText);
    const isVerified = this.#verify(parameters, { message: 1, param: 8, protocol: 9, permission: 0x01 });
    const excluded = optionalMember(parameters, 5, isArray) ?? [];
    if (this.#find(rpId, excluded)) throw new Refusal(0x19);
    const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    const id = randomBytes(32);
    this.credentials.push({ id, rpId, privateKey });
    const { x = '', y = '' } = publicKey.export({ format: 'jwk' });
    const cose = cborMap([
      [1, 2],
      [3, -7],
      [-1, 1],
      [-2, Buffer.from(x, 'base64url')],
      [-3, Buffer.from(y, 'base64url')],
    ]);
    const aaguid = requiredMember(this.info, 3, isBytes);
    const extensions = optionalMember(parameters, 6, isMap);
    const flags = 0x41 | (isVerified ? 0x04 : 0) | (extensions ? 0x80 : 0);
    const authData = Buffer.concat([
      header(rpId, flags),
      aaguid,
      Uint8Array.of(0, id.length),
      id,
      encodeCbor(cose),
      extensions ? encodeCbor(extensions) : new Uint8Array(),
    ]);
    const attStmt = cborMap([
      ['alg', -7],
      ['sig', Uint8Array.of(0x30)],
      ['x5c', [Uint8Array.of(0x30)]],
    ]);
    return [
      [1, 'packed'],
      [2, authData],
      [3, attStmt],
    ];
  }

  #getAssertion(parameters: CborMap): Members {
    const rpId = requiredMember(parameters, 1, isText);
    const clientDataHash = requiredMember(parameters, 2, isBytes);
    const isVerified = this.#verify(parameters, { message: 2, param: 6, protocol: 7, permission: 0x02 });
    const found = this.#find(rpId, optionalMember(parameters, 3, isArray) ?? []);
    if (!found) throw new Refusal(0x2e);
    const isSilent = optionalMember(parameters, 5, isMap)?.get('up') === false;
    const authData = header(rpId, (isSilent ? 0 : 0x01) | (isVerified ? 0x04 : 0));
    const signature = sign('sha256', Buffer.concat([authData, clientDataHash]), found.privateKey);
    const descriptor = cborMap([
      ['id', found.id],
      ['type', 'public-key'],
    ]);
    return [
      [1, descriptor],
      [2, authData],
      [3, signature],
    ];
  }

  #delete(parameters: CborMap): Members {
    if (!this.token || (this.token.permissions & 0x04) === 0) throw new Refusal(0x33);
    const id = requiredMember(requiredMember(requiredMember(parameters, 2, isMap), 2, isMap), 'id', isBytes);
    const index = this.credentials.findIndex((one) => Buffer.from(one.id).equals(id));
    if (index < 0) throw new Refusal(0x2e);
    this.credentials.splice(index, 1);
    return [];
  }

  /** Returns whether the user was verified by a token with this permission for this message. */
  #verify(
    parameters: CborMap,
    keys: { message: number; param: number; protocol: number; permission: number },
  ): boolean {
    const param = optionalMember(parameters, keys.param, isBytes);
    if (!param) {
      const byItself = keys.permission === 0x01 && optionalMember(parameters, 7, isMap)?.get('uv') === true;
      if (this.options.get('alwaysUv') === true && !byItself) throw new Refusal(0x36);
      return byItself;
    }
    const protocol = pinProtocolFor([requiredMember(parameters, keys.protocol, isCount)]);
    const message = requiredMember(parameters, keys.message, isBytes);
    const expected = this.token && protocol?.authenticate(this.token.bytes, message);
    const isAllowed = this.token && (this.token.permissions & keys.permission) !== 0;
    if (!isAllowed || !expected || !Buffer.from(expected).equals(param)) throw new Refusal(0x33);
    return true;
  }

  #find(rpId: string, descriptors: readonly CborValue[]): Stored | undefined {
    const limit = this.info.get(7);
    if (typeof limit === 'number' && descriptors.length > limit) throw new Refusal(0x15);
    const ids = descriptors.filter(isMap).map((descriptor) => Buffer.from(requiredMember(descriptor, 'id', isBytes)));
    return this.credentials.find((one) => one.rpId === rpId && ids.some((id) => id.equals(one.id)));
  }

  #coseKey(): CborMap {
    const point = this.#key.getPublicKey();
    return cborMap([
      [1, 2],
      [3, -25],
      [-1, 1],
      [-2, point.subarray(1, 33)],
      [-3, point.subarray(33)],
    ]);
  }
}

type Members = readonly (readonly [CborKey, CborValue])[];

const header = (rpId: string, flags: number): Buffer =>
  Buffer.concat([createHash('sha256').update(rpId).digest(), Uint8Array.of(flags, 0, 0, 0, 1)]);
