import { createPublicKey, verify } from 'node:crypto';
import { decode } from 'cborg';
import { asBytes, asMap, type CborMap, cbor, CtapClient, map, PIN, RP, sha256, type Token } from './ctap-client.js';

/** Permissions of a token (CTAP 2.1, 6.5.5.7). */
export const May = { make: 1, assert: 2, manage: 4, configure: 0x20 } as const;

export const CLIENT_DATA_HASH = sha256('client data');

export interface Registration {
  readonly rpId?: string;
  readonly userId?: string;
  readonly algorithms?: readonly number[];
  readonly rk?: boolean | undefined;
  readonly exclude?: readonly Buffer[];
  readonly extensions?: CborMap;
  readonly token?: Token | undefined;
  readonly enterprise?: number;
}

/** Parameters of authenticatorMakeCredential. */
export function registration(order: Registration = {}): CborMap {
  const { rpId = RP, userId = 'alice', algorithms = [-7], rk, exclude, extensions, token, enterprise } = order;
  return map(
    [1, CLIENT_DATA_HASH],
    [2, map(['id', rpId], ['name', rpId])],
    [3, map(['id', Buffer.from(userId)], ['name', `${userId}@example.com`], ['displayName', userId])],
    [4, algorithms.map((alg) => map(['alg', alg], ['type', 'public-key']))],
    [5, exclude?.map((id) => map(['id', id], ['type', 'public-key']))],
    [6, extensions],
    [7, rk === undefined ? undefined : map(['rk', rk])],
    [8, token?.authenticate(CLIENT_DATA_HASH)],
    [9, token?.protocol],
    [10, enterprise],
  );
}

export interface Login {
  readonly rpId?: string;
  readonly allow?: readonly Buffer[];
  readonly extensions?: CborMap;
  readonly up?: boolean;
  readonly token?: Token | undefined;
}

/** Parameters of authenticatorGetAssertion. */
export function login({ rpId = RP, allow, extensions, up, token }: Login = {}): CborMap {
  return map(
    [1, rpId],
    [2, CLIENT_DATA_HASH],
    [3, allow?.map((id) => map(['id', id], ['type', 'public-key']))],
    [4, extensions],
    [5, up === undefined ? undefined : map(['up', up])],
    [6, token?.authenticate(CLIENT_DATA_HASH)],
    [7, token?.protocol],
  );
}

/** Authenticator data (WebAuthn Level 3, 6.1). */
export interface AuthData {
  readonly raw: Buffer;
  readonly rpIdHash: Buffer;
  readonly flags: number;
  readonly counter: number;
  readonly aaguid: Buffer;
  readonly id: Buffer;
  readonly publicKey: CborMap;
  readonly extensions: CborMap;
}

export function readAuthData(answer: CborMap): AuthData {
  const raw = asBytes(answer.get(2));
  const [rpIdHash, flags, counter] = [raw.subarray(0, 32), raw.readUInt8(32), raw.readUInt32BE(33)];
  const hasKey = (flags & 0x40) !== 0;
  const idEnd = hasKey ? 55 + raw.readUInt16BE(53) : 37;
  const rest = raw.subarray(idEnd);
  // A key is as long as its canonical encoding.
  const publicKey = hasKey ? firstMap(rest) : map();
  const tail = hasKey ? rest.subarray(cbor(publicKey).length) : rest;
  return {
    ...{ raw, rpIdHash, flags, counter, publicKey },
    aaguid: raw.subarray(37, 53),
    id: hasKey ? raw.subarray(55, idEnd) : Buffer.alloc(0),
    extensions: tail.length > 0 ? asMap(decode(tail, { useMaps: true })) : map(),
  };
}

function firstMap(bytes: Buffer): CborMap {
  for (let end = bytes.length; end > 0; end--) {
    try {
      return asMap(decode(bytes.subarray(0, end), { useMaps: true }));
    } catch {
      // It is shorter.
    }
  }
  throw new Error('no public key');
}

/** Returns whether the assertion is signed with the registered key. */
export function isSignedBy(publicKey: CborMap, answer: CborMap): boolean {
  const signed = Buffer.concat([asBytes(answer.get(2)), CLIENT_DATA_HASH]);
  const coordinate = (label: number): string => asBytes(publicKey.get(label)).toString('base64url');
  const isEc = publicKey.get(3) === -7;
  const jwk = isEc
    ? { kty: 'EC', crv: 'P-256', x: coordinate(-2), y: coordinate(-3) }
    : { kty: 'OKP', crv: 'Ed25519', x: coordinate(-2) };
  const key = createPublicKey({ key: jwk, format: 'jwk' });
  return verify(isEc ? 'sha256' : null, signed, key, asBytes(answer.get(3)));
}

/** A card with a PIN. */
export async function withPin(...args: Parameters<typeof CtapClient.insert>): Promise<CtapClient> {
  const client = await CtapClient.insert(...args);
  if ((await client.setPin(PIN)) !== 0) throw new Error('no PIN was set');
  return client;
}

/** Registers a credential, with the PIN. */
export async function register(client: CtapClient, order: Registration = {}): Promise<AuthData> {
  const token = await client.token(May.make, order.rpId ?? RP);
  const { status, map: answer } = await client.call(0x01, registration({ rk: true, ...order, token }));
  if (status !== 0) throw new Error(`refused: ${status.toString(16)}`);
  return readAuthData(answer);
}

/** Credential management or configuration, with the code of a token. */
export function authenticated(command: 0x0a | 0x0d, token: Token, subCommand: number, parameters?: CborMap): CborMap {
  const prefix = command === 0x0d ? [Buffer.alloc(32, 0xff), Buffer.of(command)] : [];
  const message = Buffer.concat([...prefix, Buffer.of(subCommand), ...(parameters ? [cbor(parameters)] : [])]);
  return map([1, subCommand], [2, parameters], [3, token.protocol], [4, token.authenticate(message)]);
}
