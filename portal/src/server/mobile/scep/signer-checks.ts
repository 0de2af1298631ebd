import type { X509Certificate } from 'node:crypto';
import { SIGNATURE_DIGESTS } from './algorithms.js';
import { encoded } from './ber.js';
import { isSignedBy } from './keys.js';
import type { Signer } from './pki-message.js';
import { Refusal } from './refusal.js';

const TOO_WEAK = 'md5';

/**
 * A first request is signed with a certificate that its sender made (RFC 8894, 2.3). Names and dates in it mean nothing.
 *
 * SHA-1 is enough here: iPhones of some versions sign this certificate so, and that its sender has the key is proved by the signatures
 * of message and request.
 *
 * @throws Refusal `badAlg` or `badMessageCheck`
 */
export function demandSelfSigned({ certificate, publicKey }: Signer): void {
  const digest = SIGNATURE_DIGESTS.get(certificate.signatureAlgorithm.algorithmId);
  if (digest === undefined || digest === TOO_WEAK) throw new Refusal('badAlg', "The signer's certificate is weak.");
  const signature = certificate.signatureValue.valueBlock.valueHexView;
  const isSelfSigned =
    Buffer.from(encoded(certificate.issuer)).equals(encoded(certificate.subject)) &&
    isSignedBy(publicKey, digest, certificate.tbsView, signature);
  if (!isSelfSigned) throw new Refusal('badMessageCheck', "The signer's certificate is not self-signed.");
}

/** Whether an authority issued a signer's certificate. */
export function isIssuedBy(authority: X509Certificate, { x509 }: Signer): boolean {
  try {
    return x509.checkIssued(authority) && x509.verify(authority.publicKey);
  } catch {
    return false;
  }
}

/** Whether a certificate is in date. */
export const isInDate = ({ x509 }: Signer, now: number): boolean =>
  Date.parse(x509.validFrom) <= now && now <= Date.parse(x509.validTo);
