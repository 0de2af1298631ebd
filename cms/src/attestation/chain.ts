import { isSlotAttestation } from './attested-facts.js';
import type { ParsedCertificate } from './certificate.js';
import { parsePem } from './parsed-pem.js';

/** Certificates of vendors in a device policy. */
export interface VendorTrust {
  /** PEM certificates of the trust anchors. Only self-signed authorities count. */
  readonly roots: readonly string[];
  /** PEM certificates of intermediate authorities, in any order. None of them is ever an anchor. */
  readonly intermediates: readonly string[];
}

/** Maximum number of certificates between the attested key's certificate and the root, F9 included. Yubico's longest chain has three. */
const MAX_INTERMEDIATES = 6;

/**
 * True if the certificate can be an anchor: an authority that is signed with its own key.
 *
 * @example
 * const certificate = parsePem(pem);
 * const isRoot = certificate !== undefined && isAnchor(certificate);
 */
export const isAnchor = (certificate: ParsedCertificate): boolean =>
  certificate.isAuthority && certificate.isSignedBy(certificate);

/**
 * True if one of a policy's roots is an anchor with this key.
 *
 * @param fingerprint SHA-256 of the root's SubjectPublicKeyInfo, hexadecimal (`AttestedDevice.rootFingerprint`)
 */
export const isTrustedVendor = (
  fingerprint: string,
  { attestationRoots }: { readonly attestationRoots: readonly string[] },
): boolean => parseAll(attestationRoots).some((root) => root.keyFingerprint === fingerprint && isAnchor(root));

/**
 * Returns the pinned root to which the certificate of an attestation key (F9) chains; undefined if there is no such root.
 *
 * F9 itself must be valid now. At every link the names match, the signature is valid, and the issuer is valid now, is an authority
 * (basicConstraints), may sign certificates (keyUsage, where present), and allows the number of levels below it (pathLen; RFC 5280, 6.1.4). No
 * link is between certificates of the same key.
 *
 * The F9 certificate of a YubiKey 5 is an authority with pathLen 0. The F9 certificate of a YubiKey 4 has no basicConstraints at all: it counts
 * as the last certificate of the path, and a root must have issued it directly.
 *
 * @example
 * const certificate = ParsedCertificate.parse(f9);
 * const root = certificate && findAnchor(certificate, { roots: [pem], intermediates: [] }, new Date());
 */
export function findAnchor(f9: ParsedCertificate, trust: VendorTrust, now: Date): ParsedCertificate | undefined {
  if (!isAttestationKey(f9) || !f9.isValidAt(now)) return undefined;
  const anchors = parseAll(trust.roots).filter(isAnchor);
  const isLast = f9.basicConstraints === null;
  if (isLast) return anchors.find((anchor) => isIssuer(anchor, f9, 0, now));

  // Searches level by level, using each intermediate certificate once, on its shortest path, because pathLen limits the number of levels below
  // an issuer.
  let pool = parseAll(trust.intermediates);
  let level = [f9];
  for (let below = 1; below <= MAX_INTERMEDIATES && level.length > 0; below += 1) {
    const issues = (issuer: ParsedCertificate): boolean => level.some((one) => isIssuer(issuer, one, below, now));
    const anchor = anchors.find(issues);
    if (anchor) return anchor;
    const next = pool.filter(issues);
    pool = pool.filter((one) => !next.includes(one));
    level = next;
  }
  return undefined;
}

function isAttestationKey(f9: ParsedCertificate): boolean {
  if (f9.basicConstraints !== null) return f9.isAuthority;
  return f9.maySignCertificates && f9.isUnderstood && !isSlotAttestation(f9);
}

const isIssuer = (issuer: ParsedCertificate, subject: ParsedCertificate, below: number, now: Date): boolean =>
  issuer.isAuthority &&
  (issuer.basicConstraints?.pathLength ?? Infinity) >= below &&
  issuer.isValidAt(now) &&
  issuer.keyFingerprint !== subject.keyFingerprint &&
  subject.isSignedBy(issuer);

const parseAll = (pems: readonly string[]): ParsedCertificate[] => pems.flatMap((pem) => parsePem(pem) ?? []);
