import 'reflect-metadata';
import { CardwrightError } from '@cardwright/protocol';
import * as x509 from '@peculiar/x509';
import { CardKey } from '../keys/card-key.js';
import { requireDer } from '../keys/der-reader.js';
import type { ReasonCode } from '../words/reasons.js';

/** Maximum length of a request in bytes. That of an RSA key of 4096 bits has less than 2 KB. */
const LONGEST_REQUEST = 16 * 1024;
/** Maximum depth of elements. Requests have eight levels or fewer. */
const DEEPEST = 24;

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
  const { request, answer, algorithm } = parseRequest(der);
  if (challenge === null || answer !== challenge) throw refusal('request-not-fresh');
  if (!isOfSha2(algorithm)) throw refusal('request-hash');
  // The key is judged before anything computes with it.
  const key = keyOf(request);
  if (!(await isSigned(request))) throw refusal('request-unsigned');
  return key;
}

interface ReadRequest {
  readonly request: x509.Pkcs10CertificateRequest;
  /** The challenge password; undefined if there is none. */
  readonly answer: string | undefined;
  readonly algorithm: x509.Pkcs10CertificateRequest['signatureAlgorithm'];
}

function parseRequest(der: Uint8Array): ReadRequest {
  try {
    if (der.length > LONGEST_REQUEST) throw new Error('a request of too many bytes');
    requireDer(der, DEEPEST);
    const request = new x509.Pkcs10CertificateRequest(new Uint8Array(der));
    // The library reads these parts only when they are asked for.
    const { attributes, signatureAlgorithm: algorithm } = request;
    const answered = attributes.find((attribute) => attribute instanceof x509.ChallengePasswordAttribute);
    return { request, answer: answered?.password, algorithm };
  } catch (cause) {
    throw refusal('request-unreadable', cause);
  }
}

function keyOf(request: x509.Pkcs10CertificateRequest): CardKey {
  try {
    // The library looks at the key's algorithm only now.
    return CardKey.read(new Uint8Array(request.publicKey.rawData));
  } catch (cause) {
    throw refusal('request-unreadable', cause);
  }
}

/** Accepted hash algorithms (FIPS 180-4). SHA-1 is excluded because of its collisions: other contents could have the same signature. */
const SHA_2: ReadonlySet<string> = new Set(['SHA-256', 'SHA-384', 'SHA-512']);

const isOfSha2 = (algorithm: ReadRequest['algorithm']): boolean =>
  'hash' in algorithm && SHA_2.has((algorithm.hash as { readonly name: string }).name);

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
