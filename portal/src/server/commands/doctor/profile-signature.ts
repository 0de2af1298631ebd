import tls from 'node:tls';
import type { MobileSettings } from '../../mobile/settings.js';
import { day, isIssuedBy, readCertificate, type CertificateFacts } from './certificate-facts.js';
import { checkKeyLength, checkSignature, checkValidity, present } from './certificate-checks.js';
import { findingsOf, type Finding } from '../../findings/finding.js';
import type { Trust } from './handshake.js';

const AREA = findingsOf('profile-signature');
const { ok, warning, problem } = AREA;

const VERIFIED =
  'Name a publicly trusted certificate in "signing" of CARDWRIGHT_MOBILE, for example the one of the portal for TLS.';

/** Checks that a configured key and certificate sign the profiles, and that phones will show the profiles as verified. */
export function checkProfileSignature(
  { signing }: Pick<MobileSettings, 'signing'>,
  { everyone = tls.rootCertificates }: Trust,
  now: Date,
): Finding[] {
  if (signing === null)
    return [
      warning('The registration authority signs profiles, and mobile devices show them as Unverified.', VERIFIED),
    ];
  const chain = signing.certificates.map((der) => readCertificate(der));
  const certificates = chain.filter((certificate) => certificate !== undefined);
  const [own] = certificates;
  if (!own || certificates.length < chain.length)
    return [problem('A certificate of "signing" cannot be read.', 'Give its file as PEM certificates.')];
  const advice = 'Renew it, and start the portal again.';
  const findings = present(
    own.node.checkPrivateKey(signing.key)
      ? null
      : problem(`${own.name} is not for the key of "signing".`, 'Give the key that belongs to the first certificate.'),
    ...certificates.map((one) => checkValidity(AREA, one, { now, advice })),
    ...certificates.map((one) => checkKeyLength(AREA, one)),
    ...certificates.map((one) => checkSignature(AREA, one)),
    checkOrder(certificates),
    checkRoot(own, certificates, everyone),
  );
  return findings.length > 0 ? findings : [ok(`${own.name}, valid until ${day(own.notAfter)}, trusted everywhere.`)];
}

function checkOrder(certificates: readonly CertificateFacts[]): Finding | null {
  const broken = certificates.find((one, index) => {
    const issuer = certificates[index + 1];
    return issuer !== undefined && !isIssuedBy(one, issuer);
  });
  return broken
    ? problem(
        `${broken.name} was not issued by the certificate after it.`,
        'Put the signer first, then each issuer after what it issued.',
      )
    : null;
}

function checkRoot(
  own: CertificateFacts,
  certificates: readonly CertificateFacts[],
  roots: readonly string[],
): Finding | null {
  const last = certificates.at(-1) ?? own;
  const known = roots.map((pem) => readCertificate(pem)).filter((root) => root !== undefined);
  const isTrusted = known.some((root) => root.node.raw.equals(last.node.raw) || isIssuedBy(last, root));
  return isTrusted
    ? null
    : warning(
        `${own.name} leads to no publicly trusted root, and mobile devices show profiles as Unverified.`,
        certificates.length === 1 && !own.isRoot
          ? 'Add its intermediate certificates to the file, or name a publicly trusted certificate.'
          : VERIFIED,
      );
}
