import 'reflect-metadata';
import { KeyObject, sign, type webcrypto } from 'node:crypto';
import * as x509 from '@peculiar/x509';

/** A P-256 key has two encodings of its point (SEC 1, 2.3.3), and parsers accept both. */

const POINT_BYTES = 65;
const COORDINATE_BYTES = 32;
const SEQUENCE = 0x30;
const BIT_STRING = 0x03;
/** AlgorithmIdentifier of ecdsa-with-SHA256 (RFC 5758, 3.2). */
const ECDSA_WITH_SHA256 = Buffer.from('300a06082a8648ce3d040302', 'hex');
/** AlgorithmIdentifier of a key on P-256 (RFC 5480, 2.1.1). */
const P256_KEY = Buffer.from('301306072a8648ce3d020106082a8648ce3d030107', 'hex');

/** Encodes a DER value of up to 65535 bytes. */
function tlv(tag: number, ...contents: Uint8Array[]): Buffer {
  const content = Buffer.concat(contents);
  const { length } = content;
  const head = length < 0x80 ? [length] : length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 0xff];
  return Buffer.concat([Buffer.from([tag, ...head]), content]);
}

/** Compresses the point in a DER SubjectPublicKeyInfo of a P-256 key. */
export function compressKey(spki: Buffer): Buffer {
  const point = spki.subarray(-POINT_BYTES);
  const prefix = 2 + ((point.at(-1) ?? 0) & 1);
  const compressed = Buffer.concat([Buffer.from([prefix]), point.subarray(1, 1 + COORDINATE_BYTES)]);
  return tlv(SEQUENCE, P256_KEY, tlv(BIT_STRING, Buffer.from([0]), compressed));
}

/** Makes a certification request (RFC 2986, DER) with the key in the given encoding. */
export async function newRequestFor(
  keys: webcrypto.CryptoKeyPair,
  spki: Buffer,
  commonName: string,
  challenge: string,
): Promise<Buffer> {
  const signed = await newRequestInfo(keys, spki, commonName, challenge);
  return requestOf(signed, ECDSA_WITH_SHA256, sign('sha256', signed, KeyObject.from(keys.privateKey)));
}

/** Assembles a request from the signed part, the DER AlgorithmIdentifier and the signature. */
export const requestOf = (signed: Buffer, algorithm: Buffer, signature: Buffer): Buffer =>
  tlv(SEQUENCE, signed, algorithm, tlv(BIT_STRING, Buffer.from([0]), signature));

/** Makes the signed part of a request (RFC 2986, 4.1, DER), with any key instead of the pair's. */
export async function newRequestInfo(
  keys: webcrypto.CryptoKeyPair,
  spki: Buffer,
  commonName: string,
  challenge: string,
): Promise<Buffer> {
  const { rawData, publicKey } = await x509.Pkcs10CertificateRequestGenerator.create({
    name: [{ CN: [commonName] }],
    attributes: [new x509.ChallengePasswordAttribute(challenge)],
    keys,
    signingAlgorithm: { name: 'ECDSA', hash: 'SHA-256' },
  });
  const usual = Buffer.from(publicKey.rawData);
  const whole = contentOf(Buffer.from(rawData));
  const info = contentOf(whole);
  const at = info.indexOf(usual);
  return tlv(SEQUENCE, info.subarray(0, at), spki, info.subarray(at + usual.length));
}

/** Returns the content of the DER value at the start. */
function contentOf(der: Buffer): Buffer {
  const first = der[1] ?? 0;
  if (first < 0x80) return der.subarray(2, 2 + first);
  const lengthBytes = first & 0x7f;
  const start = 2 + lengthBytes;
  return der.subarray(start, start + der.readUIntBE(2, lengthBytes));
}
