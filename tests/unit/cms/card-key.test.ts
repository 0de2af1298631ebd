import { createHash, createPublicKey, ECDH, type JsonWebKey } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { tlv } from '@cardwright/cms/authority';
import { CardKey } from '@cardwright/cms/keys';
import { ecKey, factorsOf, rsaKey } from '../../support/weak-keys.js';

const SEQUENCE = 0x30;
const INTEGER = 0x02;
const BIT_STRING = 0x03;
/** AlgorithmIdentifier of rsaEncryption (RFC 3279, 2.3.1). */
const RSA = Buffer.from('300d06092a864886f70d0101010500', 'hex');
const POINT_BYTES = { prime256v1: 65, secp384r1: 97 } as const;

type Curve = keyof typeof POINT_BYTES;
const CURVES: readonly Curve[] = ['prime256v1', 'secp384r1'];

/** Compresses the point in the DER SubjectPublicKeyInfo of an elliptic key (SEC 1, 2.3.3). */
function compressed(spki: Buffer, curve: Curve): Buffer {
  const point = ECDH.convertKey(spki.subarray(-POINT_BYTES[curve]), curve, undefined, undefined, 'compressed');
  const algorithm = spki.subarray(2, 4 + (spki[3] ?? 0));
  return Buffer.from(tlv(SEQUENCE, algorithm, tlv(BIT_STRING, Buffer.of(0), Buffer.from(point))));
}

/** Encodes an RSA key without the zero byte before its modulus, as some applets do. */
function withoutZero(modulus: bigint): Uint8Array {
  const integers = [modulus.toString(16), '010001'].map((hex) => tlv(INTEGER, Buffer.from(hex, 'hex')));
  return tlv(SEQUENCE, RSA, tlv(BIT_STRING, Buffer.of(0), tlv(SEQUENCE, ...integers)));
}

/** The key of RFC 7515, A.3, whose private half is published. */
const PUBLISHED: JsonWebKey = {
  kty: 'EC',
  crv: 'P-256',
  x: 'f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU',
  y: 'x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0',
};
const published = createPublicKey({ key: PUBLISHED, format: 'jwk' }).export({ type: 'spki', format: 'der' });

const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('base64url');

describe('a key of a card', () => {
  it.each(CURVES)('is the same with a compressed point on %s', (curve) => {
    const spki = ecKey(curve);
    const short = compressed(spki, curve);
    expect(short.length).toBeLessThan(spki.length);
    const [key, again] = [CardKey.read(spki), CardKey.read(short)];
    expect(again.equals(key)).toBe(true);
    expect(again).toMatchObject({ spki, hash: sha256(spki) });
    expect(again.key.equals(key.key)).toBe(true);
  });

  it('is the same without the zero byte before a modulus', () => {
    const [p, q] = factorsOf(2048);
    const spki = rsaKey(p * q);
    const key = CardKey.read(withoutZero(p * q));
    expect(key.equals(CardKey.read(spki))).toBe(true);
    expect(key).toMatchObject({ spki, hash: sha256(spki) });
  });

  it('differs from other keys', () => {
    expect(CardKey.read(ecKey('prime256v1')).equals(CardKey.read(ecKey('prime256v1')))).toBe(false);
  });

  it('has the hash that databases keep', () => {
    expect(CardKey.read(published).hash).toBe('K9G7DESol8MKeqCZHN442AYv5EHeUNoPRoJTRPYC6Cc');
  });

  it.each([
    ['as it is', published],
    ['with a compressed point', compressed(published, 'prime256v1')],
  ])('is known to be published %s', (_how, spki) => {
    expect(CardKey.read(spki).weakness).toBe('published');
  });

  it('is not sound if something follows it, though it is the same key', () => {
    const spki = ecKey('prime256v1');
    const key = CardKey.read(Buffer.concat([spki, Buffer.of(0)]));
    expect(key.equals(CardKey.read(spki))).toBe(true);
    expect(key.weakness).toBe('encoding');
  });
});
