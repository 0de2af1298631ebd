import { ParsedCertificate } from '@cardwright/cms/attestation';
import type { MobileSettings } from '../../mobile/settings.js';
import { day, readCertificate, type CertificateFacts } from './certificate-facts.js';
import { checkValidity, present } from './certificate-checks.js';
import { findingsOf, type Finding } from '../../findings/finding.js';

const AREA = findingsOf('device-authorities');
const { ok, warning, problem } = AREA;

const APPLE = /^O=Apple Inc\.$/m;
const SOURCE = 'Get Apple\'s iPhone device authorities from Apple, and name their files in "deviceAuthorities".';

/**
 * Checks the certificates of Apple's authorities, by which the portal verifies a phone's own certificate. The signatures of these certificates
 * are not checked, because Apple's own authorities use SHA-1.
 */
export function checkDeviceAuthorities(
  { deviceAuthorities }: Pick<MobileSettings, 'deviceAuthorities'>,
  now: Date,
): Finding[] {
  if (deviceAuthorities.length === 0) return [problem('There is none, so no mobile device can be added.', SOURCE)];
  return deviceAuthorities.flatMap((der) => {
    const certificate = readCertificate(der);
    return certificate ? judge(certificate, now) : [problem('A certificate cannot be read.', SOURCE)];
  });
}

function judge(certificate: CertificateFacts, now: Date): Finding[] {
  const { name, node, notAfter } = certificate;
  if (!node.ca)
    return [problem(`${name} is no certification authority.`, 'Name the authority, not a certificate that it issued.')];
  if (ParsedCertificate.parse(node.raw)?.isAuthority !== true)
    return [problem(`${name} vouches for no mobile device: it has name constraints or an unknown extension.`, SOURCE)];
  const findings = present(
    checkValidity(AREA, certificate, { now, advice: SOURCE }),
    APPLE.test(node.subject)
      ? null
      : warning(
          `${name} is not Apple's: whoever has its key can pass a computer off as a mobile device.`,
          'Leave it out unless this portal is for tests.',
        ),
  );
  return findings.length > 0 ? findings : [ok(`${name}, valid until ${day(notAfter)}.`)];
}
