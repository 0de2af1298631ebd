import { describe, expect, it } from '@jest/globals';
import { CardKey, isForeignJwk, readForeignCertificate, readForeignKey, readPrivateKey } from '@cardwright/cms/keys';
import { readGeneratedKey } from '../../../cms/src/card-secrets/generated-key.js';
import { judgeProof } from '../../../cms/src/card-secrets/vendor-proof.js';
import { bits, element, integer, NULL, octets, oid, sequence, set, text, time } from '../../support/fuzz/der.js';
import { ecKey } from '../../support/weak-keys.js';

const EC = '2a8648ce3d0201';
const P256 = '2a8648ce3d030107';
const DSA = '2a8648ce380401';

const onP256 = (...point: readonly Uint8Array[]): Uint8Array => sequence(sequence(oid(EC), oid(P256)), bits(...point));
const INFINITY = onP256(Uint8Array.of(0));

const point = ecKey('prime256v1').subarray(-65);
const named = (form: number, ...rest: readonly Uint8Array[]): Uint8Array => onP256(Uint8Array.of(form), ...rest);
const rsa = (modulus: Uint8Array, exponent: Uint8Array): Uint8Array =>
  sequence(sequence(oid('2a864886f70d010101'), NULL), bits(sequence(integer(modulus), integer(exponent))));
const full = (length: number): Uint8Array => Buffer.concat([Buffer.of(0), Buffer.alloc(length, 0xff)]);
const EXPONENT = Uint8Array.of(1, 0, 1);

const REFUSED: [what: string, spki: Uint8Array][] = [
  ['a point at infinity', INFINITY],
  ['a hybrid point', named(6 + ((point[64] ?? 0) % 2), point.subarray(1))],
  ['a point that is too long', named(4, point.subarray(1), Uint8Array.of(0))],
  ['a point that is too short', named(4, point.subarray(2))],
  ['a compressed point that is too long', named(2, point.subarray(1))],
  ['explicit parameters', sequence(sequence(oid(EC), sequence(integer(Uint8Array.of(1)))), bits(point))],
  ['a curve that OpenSSL alone knows', sequence(sequence(oid(EC), oid('2b81040001')), bits(point))],
  ['DSA with damaged parameters', sequence(sequence(oid(DSA), sequence(integer(EXPONENT))), bits(integer(EXPONENT)))],
  ['Diffie-Hellman', sequence(sequence(oid('2a864886f70d010301'), NULL), bits(integer(EXPONENT)))],
  ['Ed25519 of 31 bytes', sequence(sequence(oid('2b6570')), bits(new Uint8Array(31)))],
  ['Ed25519 with parameters', sequence(sequence(oid('2b6570'), NULL), bits(new Uint8Array(32)))],
  ['an RSA modulus of 16,392 bits', rsa(full(2049), EXPONENT)],
  ['an RSA modulus of zero', rsa(Uint8Array.of(0), EXPONENT)],
  ['an RSA exponent of 520 bits', rsa(full(256), full(65))],
  [
    'RSA-PSS with an unknown hash',
    sequence(sequence(oid('2a864886f70d01010a'), sequence(element(0xa0, sequence(oid('2a0304'))))), bits()),
  ],
  ['an indefinite length', Buffer.concat([Buffer.of(0x30, 0x80), INFINITY.subarray(2), Buffer.alloc(2)])],
  ['a length that is not the shortest', Buffer.concat([Buffer.of(0x30, 0x81), ecKey('prime256v1').subarray(1)])],
  ['many bytes', Buffer.concat([ecKey('prime256v1'), Buffer.alloc(5000)])],
];

const NAME = sequence(set(sequence(oid('550403'), text('Foreign'))));
const ALGORITHM = sequence(oid('2a8648ce3d040302'));
const certificateOf = (key: Uint8Array, ...more: readonly Uint8Array[]): Uint8Array => {
  const dates = sequence(time('260101000000Z'), time('360101000000Z'));
  const version = element(0xa0, integer(Uint8Array.of(2)));
  const parts = [version, integer(Uint8Array.of(5)), ALGORITHM, NAME, dates, NAME, key, ...more];
  return sequence(sequence(...parts), ALGORITHM, bits(new Uint8Array(8)));
};

describe('a foreign key', () => {
  it.each(REFUSED)('is not read with %s', (_what, spki) => {
    expect(() => readForeignKey(spki)).toThrow(/^[a-z]/);
    expect(() => readForeignCertificate(certificateOf(spki))).toThrow();
  });

  it('is refused as unreadable where a card generates one', () => {
    expect(() => readGeneratedKey(Buffer.from(INFINITY).toString('base64url'))).toThrow(
      expect.objectContaining({ code: 'OPERATION_FAILED', data: { reason: 'public-key-unreadable' } }),
    );
  });

  it('is refused where a device proves itself', async () => {
    const trust = {
      attestationRoots: [],
      attestationIntermediates: [],
      unprovenKeys: 'allow' as const,
      withoutSerialBefore: null,
    };
    const proof = {
      publicKey: Buffer.from(INFINITY).toString('base64url'),
      attestation: null,
      signature: 'AAAA',
      made: true,
    };
    await expect(judgeProof({ serial: null, firmware: null }, trust, 'AAAA', proof)).rejects.toMatchObject({
      code: 'ATTESTATION_REFUSED',
    });
  });

  it('is read from a certificate of at most 64 KB that is nested little', () => {
    const good = ecKey('prime256v1');
    expect(readForeignCertificate(certificateOf(good)).publicKey.asymmetricKeyType).toBe('ec');
    const huge = element(0xa3, sequence(sequence(oid('2a0305'), octets(new Uint8Array(70_000)))));
    expect(() => readForeignCertificate(certificateOf(good, huge))).toThrow('too many bytes');
    const deep = Array.from({ length: 60 }).reduce<Uint8Array>((inner) => sequence(inner), NULL);
    expect(() => readForeignCertificate(certificateOf(good, element(0xa3, deep)))).toThrow('too deep');
  });

  it('is read once in an issuance, however often its steps name it', () => {
    const some = Array.from({ length: 50 }, () => ecKey('prime256v1'));
    const once = some.map((spki) => CardKey.read(spki));
    some.forEach((spki, index) => expect(CardKey.read(spki)).toBe(once[index]));
  });
});

describe('a JWK', () => {
  const coordinate = 'A'.repeat(43);

  it.each([
    [true, { kty: 'EC', crv: 'P-256', x: coordinate, y: coordinate }],
    [false, { kty: 'EC', crv: 'P-256', x: '', y: '' }],
    [false, { kty: 'EC', crv: 'P-384', x: coordinate, y: coordinate }],
    [false, { kty: 'RSA', n: 'AA', e: 'AQAB' }],
    [false, { kty: 'RSA', n: 'A'.repeat(3000), e: 'AQAB' }],
    [false, { kty: 'OKP', crv: 'Ed25519', x: 'AA' }],
    [false, { kty: 'oct', k: 'AA' }],
  ])('may be read: %s', (mayBe, jwk) => {
    expect(isForeignJwk(jwk)).toBe(mayBe);
  });
});

it.each([
  ['a public half at infinity', [element(0xa1, bits(Uint8Array.of(0)))], new Uint8Array(32).fill(1)],
  ['a number that is longer than its curve', [], new Uint8Array(34).fill(1)],
])('a private key in a file is not read with %s', (_what, more, secret) => {
  const inner = sequence(integer(Uint8Array.of(1)), octets(secret), ...more);
  const der = sequence(integer(Uint8Array.of(0)), sequence(oid(EC), oid(P256)), octets(inner));
  const pem = `-----BEGIN PRIVATE KEY-----\n${Buffer.from(der).toString('base64')}\n-----END PRIVATE KEY-----\n`;
  expect(() => readPrivateKey(pem)).toThrow();
});
