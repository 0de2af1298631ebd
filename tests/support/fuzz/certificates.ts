import fc, { type Arbitrary } from 'fast-check';
import { bits, element, integer, NULL, octets, oid, sequence, set, text, time } from './der.js';
import { keys, spoilt } from './keys.js';

/** Wraps the keys of `keys.ts` into what brings them: certificates, certification requests and signed messages. */

const COMMON_NAME = '550403';
const SIGNATURES = [
  '2a864886f70d01010b',
  '2a8648ce3d040302',
  '2a864886f70d010105',
  '2b6570',
  '2a8648ce380403',
  '2a0304',
];
const CONSTRAINTS = sequence(oid('551d13'), octets(sequence(element(0x01, Uint8Array.of(0xff)))));
const SHA256 = sequence(oid('608648016503040201'), NULL);
const DATA = '2a864886f70d010701';
const SIGNED_DATA = '2a864886f70d010702';
const RSA = sequence(oid('2a864886f70d010101'), NULL);

const name = sequence(set(sequence(oid(COMMON_NAME), text('Fuzz'))));
const serial = integer(Uint8Array.of(5));
const junk = fc.uint8Array({ maxLength: 80 });
const signatures = fc.tuple(
  fc.constantFrom(...SIGNATURES),
  fc.constantFrom(true, false),
  fc.uint8Array({ maxLength: 300 }),
);

const algorithmOf = (signature: string, hasNull: boolean): Uint8Array =>
  sequence(oid(signature), ...(hasNull ? [NULL] : []));

const extensions: Arbitrary<readonly Uint8Array[]> = fc.oneof(
  fc.constant([]),
  fc.constant([CONSTRAINTS]),
  // RFC 5280, 4.2 allows an extension only once.
  fc.constant([CONSTRAINTS, CONSTRAINTS]),
  junk.map((content) => [sequence(oid('551d0f'), octets(content))]),
  fc.constantFrom(1000, 7000, 70_000).map((length) => [sequence(oid('2a0305'), octets(new Uint8Array(length)))]),
);

/** A certificate (RFC 5280, 4.1) that names itself as its issuer, with a signature that is not good. */
const made: Arbitrary<Uint8Array> = fc
  .tuple(keys, signatures, extensions, fc.constantFrom(true, false), fc.constantFrom('260101000000Z', '999999999999Z'))
  .map(([key, [signature, hasNull, value], more, hasVersion, from]) => {
    const algorithm = algorithmOf(signature, hasNull);
    const parts = [
      ...(hasVersion ? [element(0xa0, integer(Uint8Array.of(2)))] : []),
      serial,
      algorithm,
      name,
      sequence(time(from), time('360101000000Z')),
      name,
      key,
      ...(more.length > 0 ? [element(0xa3, sequence(...more))] : []),
    ];
    return sequence(sequence(...parts), algorithm, bits(value));
  });

export const certificates: Arbitrary<Uint8Array> = fc.oneof(
  { weight: 4, arbitrary: made },
  { weight: 1, arbitrary: spoilt(made) },
);

/** Certification requests (PKCS #10, RFC 2986). */
const madeRequests: Arbitrary<Uint8Array> = fc
  .tuple(keys, signatures)
  .map(([key, [signature, hasNull, value]]) =>
    sequence(
      sequence(
        integer(Uint8Array.of(0)),
        name,
        key,
        element(0xa0, sequence(oid('2a864886f70d010907'), set(text('challenge')))),
      ),
      algorithmOf(signature, hasNull),
      bits(value),
    ),
  );

export const requests: Arbitrary<Uint8Array> = fc.oneof(
  { weight: 4, arbitrary: madeRequests },
  { weight: 1, arbitrary: spoilt(madeRequests) },
);

/** Signed messages (CMS, RFC 5652, 5) whose signer has one of the certificates, as phones send them in SCEP and for profiles. */
export const signedMessages: Arbitrary<Uint8Array> = fc.tuple(certificates, junk).map(([certificate, signature]) => {
  const attributes = [
    sequence(oid('2a864886f70d010903'), set(oid(DATA))),
    sequence(oid('2a864886f70d010904'), set(octets(new Uint8Array(32)))),
    // The transaction (RFC 8894, 3.2.1.1).
    sequence(oid('6086480186f845010907'), set(element(0x13, Buffer.from('1')))),
  ];
  const signer = sequence(
    integer(Uint8Array.of(1)),
    sequence(name, serial),
    SHA256,
    element(0xa0, ...attributes),
    RSA,
    octets(signature),
  );
  const signed = sequence(
    integer(Uint8Array.of(1)),
    set(SHA256),
    sequence(oid(DATA), element(0xa0, octets(Buffer.from('content')))),
    element(0xa0, certificate),
    set(signer),
  );
  return sequence(oid(SIGNED_DATA), element(0xa0, signed));
});
