import { ParsedCertificate, isAnchor, parsePem } from '@cardwright/cms/attestation';
import { decodeAttestationObject } from '@simplewebauthn/server/helpers';

/** Trusted manufacturers: PEM certificates. */
export interface ManufacturerTrust {
  /** Root certificates. Certificates that are not self-signed authorities are ignored. */
  readonly roots: readonly string[];
  readonly intermediates: readonly string[];
}

/** Maximum number of certificates between the certificate of the authenticator and the root. */
const MAX_INTERMEDIATES = 4;
/**
 * Attestation formats of security keys (WebAuthn, 8.2 and 8.6). Platform authenticators use other formats, but Cardwright does not issue such
 * devices.
 */
const FORMATS: ReadonlySet<string> = new Set(['packed', 'fido-u2f']);

/**
 * True if a trusted manufacturer vouches for the authenticator: the attestation statement has a format of security keys, and its certificates
 * lead to a trusted root. The network is not used, so the certificates are not checked for revocation. The signature of the statement is checked
 * elsewhere.
 *
 * @param attestationObject CBOR (WebAuthn, 6.5.4)
 */
export function isTrusted(attestationObject: Uint8Array<ArrayBuffer>, trust: ManufacturerTrust, now: Date): boolean {
  const decoded = decodeAttestationObject(attestationObject);
  if (!FORMATS.has(decoded.get('fmt'))) return false;
  const [leaf, ...sent] = (decoded.get('attStmt').get('x5c') ?? []).map((der) => ParsedCertificate.parse(der));
  if (!leaf || leaf.isAuthority || !leaf.isValidAt(now)) return false;
  const anchors = readAll(trust.roots).filter(isAnchor);
  const pool = [...sent.flatMap((one) => one ?? []), ...readAll(trust.intermediates)];
  return leadsToAnchor(leaf, pool, anchors, now, 0);
}

/**
 * True if a chain of certificates leads from the subject to an anchor.
 *
 * @param below number of authorities between the leaf and the issuer of the subject
 */
function leadsToAnchor(
  subject: ParsedCertificate,
  pool: readonly ParsedCertificate[],
  anchors: readonly ParsedCertificate[],
  now: Date,
  below: number,
): boolean {
  const mayIssue = (issuer: ParsedCertificate): boolean =>
    issuer.isAuthority &&
    issuer.isValidAt(now) &&
    (issuer.basicConstraints?.pathLength ?? Infinity) >= below &&
    subject.isSignedBy(issuer);
  if (anchors.some(mayIssue)) return true;
  if (below >= MAX_INTERMEDIATES) return false;
  return pool.some(
    (issuer) =>
      mayIssue(issuer) &&
      leadsToAnchor(
        issuer,
        pool.filter((one) => one !== issuer),
        anchors,
        now,
        below + 1,
      ),
  );
}

const readAll = (pems: readonly string[]): ParsedCertificate[] => pems.flatMap((pem) => parsePem(pem) ?? []);
