import * as v from 'valibot';
import { decodeBytes } from './base64url.js';
import { publicJwk } from './schema.js';
import { parseJson } from './signed-json.js';

/** Key agreement algorithm: ECDH-ES in direct mode (RFC 7518, 4.6), so that a JWE has no encrypted key. */
export const KEY_AGREEMENT = 'ECDH-ES';
/** Content encryption algorithm: AES-GCM with a key of 256 bits (RFC 7518, 5.3). */
export const CONTENT_ENCRYPTION = 'A256GCM';

/** Compact serialisation (RFC 7516, 3.1) without an encrypted key: header, initialization vector, ciphertext and tag. */
const DIRECT_JWE = /^([\w-]+)\.\.([\w-]+)\.([\w-]*)\.([\w-]+)$/;
/** Lengths of initialization vector and tag in bytes (RFC 7518, 5.3). */
const IV_LENGTH = 12;
const TAG_LENGTH = 16;
/** Length of the content encryption key, in bits. */
const KEY_BITS = 256;

/** Member of the protected header that holds the context. */
export const CONTEXT_HEADER = 'cardwright';

/**
 * The members of a protected header. Any other member is refused, because it could change how the JWE is opened, as `zip`, `crit`, `apu` and
 * `apv` do.
 */
const jweHeader = v.strictObject({
  alg: v.literal(KEY_AGREEMENT),
  enc: v.literal(CONTENT_ENCRYPTION),
  epk: publicJwk,
  [CONTEXT_HEADER]: v.unknown(),
});

/** The content of a JWE, and the context in its protected header. */
interface OpenedJwe {
  readonly plaintext: Uint8Array<ArrayBuffer>;
  readonly context: unknown;
}

/**
 * Opens a compact JWE that was sealed by ECDH-ES with A256GCM to a key on P-256, of which `key` is the private part. Refuses every other
 * algorithm, and every header member besides `alg`, `enc`, `epk` and the context: no compression, extensions or names of parties. Uses
 * WebCrypto alone, so that the extension's background needs no JOSE library.
 *
 * @throws Error of any kind if the text is no such JWE, was changed, or was sealed to another key
 */
export async function openJwe(jwe: string, key: CryptoKey): Promise<OpenedJwe> {
  const [, protectedHeader = '', encodedIv = '', encodedCiphertext = '', encodedTag = ''] = DIRECT_JWE.exec(jwe) ?? [];
  const { epk, [CONTEXT_HEADER]: context } = v.parse(jweHeader, parseJson(decodeBytes(protectedHeader)));
  const iv = new Uint8Array(decodeBytes(encodedIv));
  const ciphertext = decodeBytes(encodedCiphertext);
  const tag = decodeBytes(encodedTag);
  if (iv.length !== IV_LENGTH || tag.length !== TAG_LENGTH)
    throw new Error('an initialization vector or tag of another length');
  const plaintext = await crypto.subtle.decrypt(
    { name: 'AES-GCM', iv, additionalData: ascii(protectedHeader), tagLength: TAG_LENGTH * 8 },
    await agreeOnKey(key, epk),
    new Uint8Array([...ciphertext, ...tag]),
  );
  return { plaintext: new Uint8Array(plaintext), context };
}

/**
 * Derives the content encryption key from the receiver's private key and the sender's one-time key: ECDH, then the Concat KDF (RFC 7518, 4.6.2)
 * with SHA-256. One round of the KDF gives 256 bits. PartyUInfo and PartyVInfo are empty.
 */
async function agreeOnKey(key: CryptoKey, { kty, crv, x, y }: v.InferOutput<typeof publicJwk>): Promise<CryptoKey> {
  const ecdh = { name: 'ECDH', namedCurve: crv };
  const sender = await crypto.subtle.importKey('jwk', { kty, crv, x, y }, ecdh, false, []);
  const shared = new Uint8Array(await crypto.subtle.deriveBits({ name: 'ECDH', public: sender }, key, KEY_BITS));
  const algorithm = ascii(CONTENT_ENCRYPTION);
  const otherInfo = [...uint32(algorithm.length), ...algorithm, ...uint32(0), ...uint32(0), ...uint32(KEY_BITS)];
  const round = Uint8Array.of(...uint32(1), ...shared, ...otherInfo);
  return crypto.subtle.importKey('raw', await crypto.subtle.digest('SHA-256', round), 'AES-GCM', false, ['decrypt']);
}

const ascii = (text: string) => new TextEncoder().encode(text);
/** Encodes a number below 65,536 in 32 bits, big-endian. */
const uint32 = (value: number) => Uint8Array.of(0, 0, value >> 8, value & 0xff);
