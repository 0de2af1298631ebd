import { X509Certificate } from 'node:crypto';
import * as pkijs from 'pkijs';

/** SHA-256, SHA-384 and SHA-512 with RSA (RFC 4055) and ECDSA (RFC 5758), and RSA-PSS, which nobody uses with SHA-1. */
const STRONG_SIGNATURES: ReadonlySet<string> = new Set([
  '1.2.840.113549.1.1.10',
  '1.2.840.113549.1.1.11',
  '1.2.840.113549.1.1.12',
  '1.2.840.113549.1.1.13',
  '1.2.840.10045.4.3.2',
  '1.2.840.10045.4.3.3',
  '1.2.840.10045.4.3.4',
]);
/** Bits, by the names that Node has for curves. */
const CURVES: Readonly<Record<string, number>> = { prime256v1: 256, secp384r1: 384, secp521r1: 521 };
/** Bits. */
const SHORTEST = { rsa: 2048, ec: 256 } as const;

/** What the checks read of a certificate. */
export interface CertificateFacts {
  readonly node: X509Certificate;
  /** Its common name in quotes, for people; else its whole subject. */
  readonly name: string;
  readonly notBefore: Date;
  readonly notAfter: Date;
  /** As in `an RSA key of 1024 bits`; null where it is long enough. */
  readonly weakKey: string | null;
  /** Whether its signature is by SHA-256 or better. */
  readonly isStronglySigned: boolean;
  /** Whether it names itself as its issuer: then nobody relies on its signature. */
  readonly isRoot: boolean;
}

/**
 * @param encoded DER, or PEM
 * @returns undefined where it is no certificate
 */
export function readCertificate(encoded: Uint8Array | string): CertificateFacts | undefined {
  try {
    const node = new X509Certificate(encoded);
    return {
      node,
      name: nameOf(node),
      notBefore: new Date(node.validFrom),
      notAfter: new Date(node.validTo),
      weakKey: weaknessOf(node),
      isStronglySigned: STRONG_SIGNATURES.has(pkijs.Certificate.fromBER(node.raw).signatureAlgorithm.algorithmId),
      isRoot: node.checkIssued(node),
    };
  } catch {
    // OpenSSL and the ASN.1 parser throw errors of many kinds, and all say the same: it cannot be read.
    return undefined;
  }
}

/** Whether the second one issued the first: by its name and by its signature. */
export const isIssuedBy = ({ node }: CertificateFacts, issuer: CertificateFacts): boolean =>
  node.checkIssued(issuer.node) && node.verify(issuer.node.publicKey);

/** As in `2027-01-31`. */
export const day = (date: Date): string => date.toISOString().slice(0, 10);

function nameOf({ subject }: X509Certificate): string {
  const [, commonName] = /^CN=(.+)$/m.exec(subject) ?? [];
  return `"${commonName ?? subject.replaceAll('\n', ', ')}"`;
}

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
