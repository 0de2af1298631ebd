import type { KeyObject } from 'node:crypto';
import * as asn1js from 'asn1js';
import { CertificationRequest } from 'pkijs';
import { readForeignKey } from '@cardwright/cms/keys';
import { SIGNATURE_DIGESTS, type Algorithms } from './algorithms.js';
import { encoded, readBer } from './ber.js';
import { demandStrongKey, isSignedBy } from './keys.js';
import { reading, Refusal } from './refusal.js';

/** The parts of a PKCS #10 request that are used. The signature of the request has proved that the sender has the private key. */
export interface ReadRequest {
  readonly publicKey: KeyObject;
  /** Challenge password (RFC 2985, 5.4.1); null if the request has none. */
  readonly challenge: string | null;
}

const CHALLENGE_PASSWORD = '1.2.840.113549.1.9.7';
/** Maximum length of a challenge in characters (RFC 2985, ub-challengePassword). */
const LONGEST_CHALLENGE = 255;

/**
 * Reads and verifies a PKCS #10 from an envelope.
 *
 * @throws Refusal `badMessageCheck` if the content is not a PKCS #10, or its signature is wrong or of an unknown algorithm; if the signature is good,
 *   `badAlg` if the key is weak or not RSA, or the digest is not accepted, and `badRequest` if the challenge is malformed
 */
export function readCertificationRequest(content: Uint8Array, { digests }: Algorithms): ReadRequest {
  const bad = () => new Refusal('badMessageCheck', 'The request is not genuine.');
  const [request, publicKey, digest] = reading(() => {
    const request = new CertificationRequest({ schema: readBer(content) });
    const spki = Buffer.from(encoded(request.subjectPublicKeyInfo));
    const publicKey = readForeignKey(spki);
    const digest = SIGNATURE_DIGESTS.get(request.signatureAlgorithm.algorithmId);
    const signature = request.signatureValue.valueBlock.valueHexView;
    if (digest === undefined || !isSignedBy(publicKey, digest, request.tbsView, signature)) throw bad();
    return [request, publicKey, digest] as const;
  }, bad);
  demandStrongKey(publicKey);
  if (![...digests.values()].includes(digest))
    throw new Refusal('badAlg', 'The digest of the request is not accepted.');
  return { publicKey, challenge: challengeOf(request) };
}

function challengeOf({ attributes = [] }: CertificationRequest): string | null {
  const [attribute, ...others] = attributes.filter(({ type }) => type === CHALLENGE_PASSWORD);
  if (!attribute) return null;
  const values: readonly unknown[] = attribute.values;
  const [value, ...more] = values;
  const isText =
    value instanceof asn1js.PrintableString || value instanceof asn1js.Utf8String || value instanceof asn1js.IA5String;
  if (!isText || more.length > 0 || others.length > 0 || value.getValue().length > LONGEST_CHALLENGE)
    throw new Refusal('badRequest', 'The challenge is malformed.');
  return value.getValue();
}
