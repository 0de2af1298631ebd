import type { X509Certificate } from 'node:crypto';
import { SIGNATURE_DIGESTS } from './algorithms.js';
import { encoded } from './ber.js';
import { isSignedBy } from './keys.js';
import type { Signer } from './pki-message.js';
import { Refusal } from './refusal.js';

const TOO_WEAK = 'md5';

/**
 * Checks the self-signed certificate that a client made for its first request (RFC 8894, 2.3). The names and dates in the certificate prove nothing.
 *
 * SHA-1 is sufficient here. Some versions of iOS sign this certificate with SHA-1, and the signatures of message and request prove that the sender
 * has the key.
 *
 * @throws Refusal `badAlg` if the certificate is signed with MD5 or an unknown algorithm; `badMessageCheck` if the certificate is not self-signed
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

/** True if an authority issued a signer's certificate. Does not check the dates. */
export function isIssuedBy(authority: X509Certificate, { x509 }: Signer): boolean {
  try {
    return x509.checkIssued(authority) && x509.verify(authority.publicKey);
  } catch {
    return false;
  }
}

/** True if a certificate is valid at the given time. */
export const isInDate = ({ x509 }: Signer, now: number): boolean =>
  Date.parse(x509.validFrom) <= now && now <= Date.parse(x509.validTo);
