import { day, isIssuedBy, readCertificate, type CertificateFacts } from './certificate-facts.js';
import { checkKeyLength, checkSignature, checkValidity, present } from './certificate-checks.js';
import { findingsOf, type Finding } from './finding.js';
import type { MobileInQuestion } from './mobile-in-question.js';

const AREA = findingsOf('registration-authority');
const { ok, problem, skipped } = AREA;

/** Days. */
const NOTICE = 30;

/** The certificate that the portal made; null where it has made none yet, undefined where that could not be looked up. */
export type MadeCertificate = Uint8Array | null | undefined;

/** The certificate to which phones encrypt their requests, and by which they know the answers. */
export function checkRegistrationAuthority(
  { registrationAuthority: given }: MobileInQuestion,
  made: MadeCertificate,
  authority: CertificateFacts | undefined,
  now: Date,
): Finding[] {
  const der = given ? given.certificate : made;
  if (der === undefined) return [skipped('Not checked, because it is in the database.')];
  if (der === null) return [ok('The portal makes one when it starts with mobile devices for the first time.')];
  const certificate = readCertificate(der);
  if (!certificate) return [problem('Its certificate cannot be read.', 'Give its file as a PEM certificate.')];
  const { name, node, notAfter } = certificate;
  const advice = given
    ? 'Have the authority issue another one, and start the portal again.'
    : 'Start the portal again: it has another one issued.';
  const findings = present(
    node.publicKey.asymmetricKeyType === 'rsa'
      ? null
      : problem(`${name} has no RSA key, and phones can encrypt to nothing else.`, 'Use one with an RSA key.'),
    given && !node.checkPrivateKey(given.key)
      ? problem(`${name} is not for its key.`, 'Give the key that belongs to the certificate.')
      : null,
    checkKeyLength(AREA, certificate),
    checkSignature(AREA, certificate),
    checkValidity(AREA, certificate, { now, notice: NOTICE, advice }),
    authority && !isIssuedBy(certificate, authority)
      ? problem(`${name} was not issued by the certification authority ${authority.name}.`, advice)
      : null,
  );
  return findings.length > 0 ? findings : [ok(`${name}, valid until ${day(notAfter)}.`)];
}
