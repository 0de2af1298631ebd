import { createHash, createPublicKey, type KeyObject } from 'node:crypto';
import { CardwrightError, encodeBytes } from '@cardwright/protocol';
import { BoundedCache } from './bounded-cache.js';
import { readForeignKey } from './foreign-key.js';
import { keyInForm } from './key-form.js';
import { findWeakness, type Weakness } from './weak-key.js';

/** Number of keys to cache, because later steps of an issuance name the same keys again. */
const KEPT = 64;
const known = new BoundedCache<CardKey>(KEPT);

/**
 * A public key of a card or phone, read once when it is received. The point of an elliptic curve key has two encodings (SEC 1, 2.3.3): both give
 * an equal `CardKey`, in which the point is uncompressed.
 *
 * @example
 * const key = CardKey.read(spki);
 * key.requireSound();
 */
export class CardKey {
  readonly key: KeyObject;
  /** DER SubjectPublicKeyInfo. */
  readonly spki: Uint8Array;
  /** SHA-256 of `spki`, base64url. Stores find a key by this hash (`Certificate.keyHash`). */
  readonly hash: string;
  readonly #isWhole: boolean;
  #judged: { readonly weakness: Weakness | undefined } | undefined;

  private constructor(der: Buffer) {
    this.key = normalize(readForeignKey(der));
    this.spki = this.key.export({ type: 'spki', format: 'der' });
    this.hash = encodeBytes(createHash('sha256').update(this.spki).digest());
    // OpenSSL ignores trailing bytes, so a sender could hide data for others in them.
    this.#isWhole = keyInForm(der).length === der.length;
  }

  /**
   * Reads a key.
   *
   * @param spki DER SubjectPublicKeyInfo
   * @throws Error if the key is not of a known form (`keyInForm`), or cannot be read by OpenSSL
   */
  static read(spki: Uint8Array): CardKey {
    const der = Buffer.from(spki);
    return known.get(der.toString('base64'), () => new CardKey(der));
  }

  /** The weakness that makes the key unfit to be certified; undefined if no weakness was found. */
  get weakness(): Weakness | undefined {
    this.#judged ??= { weakness: this.#isWhole ? findWeakness(this.key) : 'encoding' };
    return this.#judged.weakness;
  }

  /**
   * Requires a key without weakness. Every key that is certified, or that proves a device's identity, passes this check.
   *
   * @throws CardwrightError `OPERATION_FAILED` with the reason `key-weak`; its cause names the weakness
   */
  requireSound(): void {
    const { weakness } = this;
    if (weakness !== undefined)
      throw new CardwrightError('OPERATION_FAILED', { reason: 'key-weak' }, { cause: new Error(weakness) });
  }

  equals(other: CardKey): boolean {
    return this.hash === other.hash;
  }
}

/** Curves of card keys. A key on another curve may have no JWK, and is never certified. */
const CURVES: ReadonlySet<string | undefined> = new Set(['prime256v1', 'secp384r1']);

/** Uncompresses the point of a key, through a JWK. OpenSSL gives all encodings of an RSA key the same form, but keeps the encoding of a point. */
const normalize = (key: KeyObject): KeyObject =>
  CURVES.has(key.asymmetricKeyDetails?.namedCurve)
    ? createPublicKey({ key: key.export({ format: 'jwk' }), format: 'jwk' })
    : key;
