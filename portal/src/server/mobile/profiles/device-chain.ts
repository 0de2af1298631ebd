import type { ParsedCertificate } from '@cardwright/cms/attestation';
import type { SentCertificate } from './sent-certificate.js';
import { UnreadableAnswer } from './unreadable-answer.js';

/** Maximum number of authorities between a device and a configured authority. Apple's chain has two. */
const MOST_INTERMEDIATES = 4;
/** Common name of Apple's authority that issues to devices. Apple's own system requires the same name (SecPolicyCreateiPhoneDeviceCertificate). */
const DEVICE_AUTHORITY = /\biPhone Device CA$/;
/**
 * Extended key usage (RFC 5280, 4.2.1.12). In Apple's certificates for devices, it is critical and names TLS alone, although the devices sign their
 * answers with them. So it is not compared with anything.
 */
const EXTENDED_KEY_USAGE = '2.5.29.37';
/**
 * Extensions by which Apple marks a certificate as that of a phone or of a PC. Apple's authority for devices issues to PCs with Apple's programs, too.
 * Apple documents neither; they were read from published certificates of both kinds.
 */
const PHONE_MARK = '1.2.840.113635.100.6.10.2';
const COMPUTER_MARK = '1.2.840.113635.100.6.10.6';

/** A certificate of the chain. `below` is the number of authorities in the chain up to this certificate, all of which are below its issuer. */
interface Step {
  readonly certificate: SentCertificate;
  readonly below: number;
}

/**
 * Checks that a certificate was issued by a configured authority, or by an authority that is below a configured authority and whose name ends with
 * "iPhone Device CA", and that Apple has not marked it as that of a PC.
 *
 * Apple's root also stands above the certificates of developers, so a chain to the root does not prove that a certificate is a device's.
 *
 * A certificate with an unknown critical extension is refused, and so is an authority with name constraints, which are not evaluated
 * (`ParsedCertificate.unchecked`).
 *
 * Three checks are looser than usual, because Apple's own chain would fail the usual checks:
 *
 * - SHA-1 is accepted, because all certificates of the chain are signed with it;
 * - dates are ignored, because the intermediate certificates expired in 2014 and 2022, and phones still send them;
 * - the length of keys is not checked, because the authority for devices has an RSA key of 1024 bits.
 *
 * @param sent certificates that came with the message
 * @param anchors the configured authorities, which need not be self-signed
 * @throws UnreadableAnswer if the certificate has another issuer, is not understood, or is that of a PC
 */
export function checkDeviceChain(
  device: SentCertificate,
  sent: readonly SentCertificate[],
  anchors: readonly SentCertificate[],
): void {
  checkDevice(device.parsed);
  // Short chains are tried first. Each sent certificate becomes a step at most once, so that crafted certificates cannot make the search long.
  const steps: Step[] = [{ certificate: device, below: 0 }];
  const untried = new Set(sent.filter(({ der }) => !Buffer.from(device.der).equals(der)));
  for (const { certificate, below } of steps) {
    if (anchors.some((anchor) => mayIssue(anchor, certificate, below))) return;
    if (below === MOST_INTERMEDIATES) continue;
    for (const issuer of untried) {
      if (!mayIssue(issuer, certificate, below)) continue;
      untried.delete(issuer);
      steps.push({ certificate: issuer, below: below + 1 });
    }
  }
  throw new UnreadableAnswer('The signer has no certificate of a configured device authority.');

  function mayIssue(issuer: SentCertificate, subject: SentCertificate, below: number): boolean {
    if (below === 0 && !isDeviceAuthority(issuer)) return false;
    const { isAuthority = false, basicConstraints } = issuer.parsed ?? {};
    return isAuthority && (basicConstraints?.pathLength ?? Infinity) >= below && hasIssued(issuer, subject);
  }

  function isDeviceAuthority(issuer: SentCertificate): boolean {
    return anchors.includes(issuer) || DEVICE_AUTHORITY.test(issuer.commonName);
  }
}

function checkDevice(certificate: ParsedCertificate | undefined): void {
  if (!certificate || certificate.unchecked.some((oid) => oid !== EXTENDED_KEY_USAGE))
    throw new UnreadableAnswer('The certificate of the signer has a critical extension that is not known.');
  if (certificate.extension(COMPUTER_MARK) !== null && certificate.extension(PHONE_MARK) === null)
    throw new UnreadableAnswer('The certificate of the signer is for a device of another kind.');
}

/**
 * True if `issuer` is an authority and has signed `subject`. Checks names, basicConstraints, keyUsage and the signature, but not the dates.
 * Accepts each hash function that `SentCertificate.signatureHash` can name.
 */
export function hasIssued(issuer: SentCertificate, subject: SentCertificate): boolean {
  return (
    issuer.x509.ca &&
    subject.signatureHash !== null &&
    subject.x509.checkIssued(issuer.x509) &&
    subject.x509.verify(issuer.publicKey)
  );
}
