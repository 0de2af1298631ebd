import 'reflect-metadata';
import { CardwrightError } from '@cardwright/protocol';
import * as x509 from '@peculiar/x509';
import { CardKey } from '../keys/card-key.js';
import type { ReasonCode } from '../words/reasons.js';

/**
 * Reads a certification request (PKCS #10, RFC 2986), and requires that the card has signed it just now: the signature is by the request's own
 * key over a SHA-2 hash, and the request contains the challenge that the CMS generated for it.
 *
 * @param der the DER request, as the host returned it
 * @param challenge the challenge, base64url; null if no challenge awaits an answer, so that every request is refused
 * @returns the request's key
 * @throws CardwrightError `OPERATION_FAILED` with the reason `request-unreadable`, `request-not-fresh`, `request-hash` or `request-unsigned`
 */
export async function readSignedRequest(der: Uint8Array, challenge: string | null): Promise<CardKey> {
  const request = parseRequest(der);
  const answered = request.attributes.find((attribute) => attribute instanceof x509.ChallengePasswordAttribute);
  if (challenge === null || answered?.password !== challenge) throw refusal('request-not-fresh');
  if (!isOfSha2(request)) throw refusal('request-hash');
  if (!(await isSigned(request))) throw refusal('request-unsigned');
  return keyOf(request);
}

function parseRequest(der: Uint8Array): x509.Pkcs10CertificateRequest {
  try {
    return new x509.Pkcs10CertificateRequest(new Uint8Array(der));
  } catch (cause) {
    throw refusal('request-unreadable', cause);
  }
}

function keyOf({ publicKey }: x509.Pkcs10CertificateRequest): CardKey {
  try {
    return CardKey.read(new Uint8Array(publicKey.rawData));
  } catch (cause) {
    throw refusal('request-unreadable', cause);
  }
}

/** Accepted hash algorithms (FIPS 180-4). SHA-1 is excluded because of its collisions: other contents could have the same signature. */
const SHA_2: ReadonlySet<string> = new Set(['SHA-256', 'SHA-384', 'SHA-512']);

const isOfSha2 = ({ signatureAlgorithm }: x509.Pkcs10CertificateRequest): boolean =>
  'hash' in signatureAlgorithm && SHA_2.has((signatureAlgorithm.hash as { readonly name: string }).name);

/** True if a request is signed with its own key. A key or algorithm that cannot be read is refused with the same reason as an invalid signature. */
async function isSigned(request: x509.Pkcs10CertificateRequest): Promise<boolean> {
  try {
    return await request.verify();
  } catch (cause) {
    throw refusal('request-unsigned', cause);
  }
}

const refusal = (reason: ReasonCode, cause?: unknown): CardwrightError =>
  new CardwrightError('OPERATION_FAILED', { reason }, { cause });
