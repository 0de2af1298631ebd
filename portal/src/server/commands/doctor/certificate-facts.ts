import type { X509Certificate } from 'node:crypto';
import { readForeignCertificate } from '@cardwright/cms/keys';
import * as pkijs from 'pkijs';
import { certificateName } from '../../certificates/certificate-name.js';

/**
 * Object identifiers of signature algorithms that count as strong: RSA (RFC 4055) and ECDSA (RFC 5758) with SHA-256, SHA-384 and SHA-512, and
 * RSA-PSS. The hash of RSA-PSS is not read, because RSA-PSS is hardly ever used with SHA-1.
 */
const STRONG_SIGNATURES: ReadonlySet<string> = new Set([
  '1.2.840.113549.1.1.10',
  '1.2.840.113549.1.1.11',
  '1.2.840.113549.1.1.12',
  '1.2.840.113549.1.1.13',
  '1.2.840.10045.4.3.2',
  '1.2.840.10045.4.3.3',
  '1.2.840.10045.4.3.4',
]);
/** Number of bits of each accepted curve, by the name of the curve in Node.js. */
const CURVES: Readonly<Record<string, number>> = { prime256v1: 256, secp384r1: 384, secp521r1: 521 };
/** Minimum number of bits of a key. */
const SHORTEST = { rsa: 2048, ec: 256 } as const;

/** The facts of a certificate that the checks read. */
export interface CertificateFacts {
  readonly node: X509Certificate;
  /** Common name in quotes; the whole subject in quotes if the certificate has no common name. */
  readonly name: string;
  readonly notBefore: Date;
  readonly notAfter: Date;
  /**
   * Description of a key that is too short, or that is neither RSA nor on an accepted curve, as in `an RSA key of 1024 bits`; null if the key is
   * good.
   */
  readonly weakKey: string | null;
  /** Set if the signature of the certificate is RSA or ECDSA with SHA-256 or better, or RSA-PSS. */
  readonly isStronglySigned: boolean;
  /** Set if the certificate names itself as its issuer. The signature of such a certificate proves nothing, so its algorithm does not matter. */
  readonly isRoot: boolean;
}

/**
 * Reads a certificate.
 *
 * @param encoded DER, or PEM
 * @returns undefined if this is not a certificate
 */
export function readCertificate(encoded: Uint8Array | string): CertificateFacts | undefined {
  try {
    const node = readForeignCertificate(encoded);
    return {
      node,
      name: certificateName(node),
      notBefore: new Date(node.validFrom),
      notAfter: new Date(node.validTo),
      weakKey: weaknessOf(node),
      isStronglySigned: STRONG_SIGNATURES.has(pkijs.Certificate.fromBER(node.raw).signatureAlgorithm.algorithmId),
      isRoot: node.checkIssued(node),
    };
  } catch {
    // OpenSSL and the ASN.1 parser throw errors of many kinds. Each means that the certificate cannot be read.
    return undefined;
  }
}

/** True if `issuer` issued the certificate, judged by the names and the signature. */
export const isIssuedBy = ({ node }: CertificateFacts, issuer: CertificateFacts): boolean =>
  node.checkIssued(issuer.node) && node.verify(issuer.node.publicKey);

/** Returns the UTC day of a date, as in `2027-01-31`. */
export const day = (date: Date): string => date.toISOString().slice(0, 10);

function weaknessOf({ publicKey }: X509Certificate): string | null {
  const { asymmetricKeyType: type, asymmetricKeyDetails: details } = publicKey;
  if (type === 'rsa' || type === 'rsa-pss') {
    const bits = details?.modulusLength ?? 0;
    return bits < SHORTEST.rsa ? `an RSA key of ${bits} bits` : null;
  }
  const curve = details?.namedCurve ?? '';
  if (type === 'ec') return (CURVES[curve] ?? 0) < SHORTEST.ec ? `a key on the curve ${curve}` : null;
  return `a key of the kind ${type ?? 'unknown'}`;
}
