import type { MobileSettings } from '../../mobile/settings.js';
import { day, isIssuedBy, readCertificate, type CertificateFacts } from './certificate-facts.js';
import { checkKeyLength, checkSignature, checkValidity, present } from './certificate-checks.js';
import { findingsOf, type Finding } from '../../findings/finding.js';

const AREA = findingsOf('registration-authority');
const { ok, problem, skipped } = AREA;

/**
 * Certificate (DER) that the portal made for its registration authority. Null if the portal has not made this certificate yet; undefined if the
 * database could not be read.
 */
export type MadeCertificate = Uint8Array | null | undefined;

/**
 * Checks the certificate of the registration authority. Phones encrypt their requests for this certificate, and recognise the answers by it. The
 * portal itself replaces a certificate that it made, so problems are reported only for a configured certificate.
 *
 * @param authority the certification authority's certificate; undefined if this certificate could not be read
 */
export function checkRegistrationAuthority(
  { registrationAuthority: given }: Pick<MobileSettings, 'registrationAuthority'>,
  made: MadeCertificate,
  authority: CertificateFacts | undefined,
  now: Date,
): Finding[] {
  if (given) return judgeGiven(given, authority, now);
  if (made === undefined) return [skipped('Not checked, because it is in the database.')];
  const certificate = made && readCertificate(made);
  const isGood = certificate && now < certificate.notAfter && !isForeign(certificate, authority);
  return isGood
    ? [ok(`${certificate.name}, valid until ${day(certificate.notAfter)}; the portal renews it.`)]
    : [ok('The portal makes one when a mobile device asks for it.')];
}

const isForeign = (certificate: CertificateFacts, authority: CertificateFacts | undefined): boolean =>
  authority !== undefined && !isIssuedBy(certificate, authority);

function judgeGiven(
  { certificate: der, key }: NonNullable<MobileSettings['registrationAuthority']>,
  authority: CertificateFacts | undefined,
  now: Date,
): Finding[] {
  const certificate = readCertificate(der);
  if (!certificate) return [problem('Its certificate cannot be read.', 'Give its file as a PEM certificate.')];
  const { name, node, notAfter } = certificate;
  const advice = 'Have the authority issue another one, and start the portal again.';
  const findings = present(
    node.publicKey.asymmetricKeyType === 'rsa'
      ? null
      : problem(
          `${name} has no RSA key, and mobile devices can encrypt to nothing else.`,
          'Use a certificate with an RSA key.',
        ),
    node.checkPrivateKey(key)
      ? null
      : problem(`${name} is not for its key.`, 'Give the key that belongs to the certificate.'),
    checkKeyLength(AREA, certificate),
    checkSignature(AREA, certificate),
    checkValidity(AREA, certificate, { now, advice }),
    authority && isForeign(certificate, authority)
      ? problem(`${name} was not issued by the certification authority ${authority.name}.`, advice)
      : null,
  );
  return findings.length > 0 ? findings : [ok(`${name}, valid until ${day(notAfter)}.`)];
}
