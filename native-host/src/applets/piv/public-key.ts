import { createPublicKey } from 'node:crypto';
import { encodeBytes } from '@cardwright/protocol';
import type { KeyAlgorithm } from '@cardwright/protocol/devices';
import { requireTlv, TlvError } from '../../iso7816/tlv.js';

/** Tags inside 7F49 (SP 800-73-4 Part 2, 3.3.1 and table 11). */
const TAG_MODULUS = 0x81;
const TAG_EXPONENT = 0x82;
const TAG_POINT = 0x86;
/** Prefix of a point with both coordinates (SEC 1, 2.3.3). */
const UNCOMPRESSED_POINT = 0x04;

const CURVES = { 'P-256': 32, 'P-384': 48 } as const;

/**
 * Converts a public key in PIV's format to a DER SubjectPublicKeyInfo (RFC 5280, 4.1.2.7).
 *
 * @throws TlvError when parts are missing; Error from OpenSSL when the parts are not a key
 */
export function subjectPublicKeyInfo(pivPublicKey: Uint8Array, algorithm: KeyAlgorithm): Uint8Array {
  const jwk = algorithm === 'P-256' || algorithm === 'P-384' ? ecKey(pivPublicKey, algorithm) : rsaKey(pivPublicKey);
  return Uint8Array.from(createPublicKey({ key: jwk, format: 'jwk' }).export({ type: 'spki', format: 'der' }));
}

/**
 * All bytes of a DER SubjectPublicKeyInfo before the coordinates of its point (RFC 5480, 2), by algorithm, and the number of bytes that follow. Node.js
 * ends the process when it is asked for the curve of a point at infinity, so it is not asked.
 */
const ELLIPTIC = [
  {
    algorithm: 'P-256',
    start: Buffer.from('3059301306072a8648ce3d020106082a8648ce3d03010703420004', 'hex'),
    coordinates: 2 * CURVES['P-256'],
  },
  {
    algorithm: 'P-384',
    start: Buffer.from('3076301006072a8648ce3d020106052b8104002203620004', 'hex'),
    coordinates: 2 * CURVES['P-384'],
  },
] as const;
/** AlgorithmIdentifier of rsaEncryption (RFC 3279, 2.3.1), after the tag and the length of three bytes of the SubjectPublicKeyInfo. */
const RSA = Buffer.from('300d06092a864886f70d0101010500', 'hex');
const RSA_AT = 4;

/**
 * Returns the algorithm of a DER SubjectPublicKeyInfo, or undefined if Cardwright does not use the algorithm. @throws Error from OpenSSL for an RSA
 * key that it cannot read
 */
export function algorithmOfPublicKey(spki: Uint8Array): KeyAlgorithm | undefined {
  const der = Buffer.from(spki);
  const elliptic = ELLIPTIC.find(
    ({ start, coordinates }) =>
      der.length === start.length + coordinates && der.subarray(0, start.length).equals(start),
  );
  if (elliptic) return elliptic.algorithm;
  if (!der.subarray(RSA_AT, RSA_AT + RSA.length).equals(RSA)) return undefined;
  const { asymmetricKeyDetails: details } = createPublicKey({ key: der, type: 'spki', format: 'der' });
  if (details?.modulusLength === 2048) return 'RSA-2048';
  if (details?.modulusLength === 3072) return 'RSA-3072';
  return undefined;
}

function rsaKey(parts: Uint8Array) {
  return {
    kty: 'RSA',
    n: encodeBytes(requireTlv(parts, TAG_MODULUS)),
    e: encodeBytes(requireTlv(parts, TAG_EXPONENT)),
  };
}

function ecKey(parts: Uint8Array, crv: keyof typeof CURVES) {
  const point = requireTlv(parts, TAG_POINT);
  const size = CURVES[crv];
  if (point.length !== 1 + 2 * size || point[0] !== UNCOMPRESSED_POINT)
    throw new TlvError('this is no point of the curve');
  return { kty: 'EC', crv, x: encodeBytes(point.subarray(1, 1 + size)), y: encodeBytes(point.subarray(1 + size)) };
}
