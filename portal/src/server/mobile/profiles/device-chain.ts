import type { SentCertificate } from './sent-certificate.js';
import { UnreadableAnswer } from './unreadable-answer.js';

/** Authorities between a device and a configured one. Apple has two. */
const MOST_INTERMEDIATES = 4;
/** What Apple calls the authority that issues to devices, and its own system asks for (SecPolicyCreateiPhoneDeviceCertificate). */
const DEVICE_AUTHORITY = /\biPhone Device CA$/;

/** A certificate on the way up from the device, and how many authorities are below it. */
interface Step {
  readonly certificate: SentCertificate;
  readonly below: number;
}

/**
 * Checks that a certificate was issued by a configured authority for devices, or by "iPhone Device CA" below one.
 *
 * Apple's root also stands above every developer's certificate, so that a chain to it alone says nothing about a device.
 *
 * Three things are unlike elsewhere, because Apple's own chain has them:
 *
 * - SHA-1 is accepted: all certificates of the chain are signed with it;
 * - dates are not looked at: the intermediate certificates expired in 2014 and 2022, and phones still send them;
 * - the authority for devices has an RSA key of 1024 bits.
 *
 * @param sent certificates that came with the message
 * @param anchors the configured authorities; need not be self-signed
 * @throws UnreadableAnswer
 */
export function checkDeviceChain(
  device: SentCertificate,
  sent: readonly SentCertificate[],
  anchors: readonly SentCertificate[],
): void {
  // The shortest way up first; each certificate is tried once as an issuer, so that crafted ones cannot make this slow.
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
    return issuer.pathLength >= below && hasIssued(issuer, subject);
  }

  function isDeviceAuthority(issuer: SentCertificate): boolean {
    return anchors.includes(issuer) || DEVICE_AUTHORITY.test(issuer.commonName);
  }
}

/**
 * Whether `issuer` is an authority and has signed `subject`: names, basicConstraints, keyUsage and the signature, whatever its
 * hash function, if it is one that is accepted at all.
 */
export function hasIssued(issuer: SentCertificate, subject: SentCertificate): boolean {
  return (
    issuer.x509.ca &&
    subject.signatureHash !== null &&
    subject.x509.checkIssued(issuer.x509) &&
    subject.x509.verify(issuer.publicKey)
  );
}
