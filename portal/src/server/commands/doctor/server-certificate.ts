import { day, type CertificateFacts } from './certificate-facts.js';
import { checkKeyLength, checkSignature, checkValidity, present } from './certificate-checks.js';
import { findingsOf, type Finding } from '../../findings/finding.js';
import type { Handshake } from './handshake.js';

const AREA = findingsOf('server-certificate');
const { ok, warning, problem } = AREA;

const DAY = 24 * 60 * 60 * 1000;
/** Maximum validity of a server certificate in days, whatever its issuer (support.apple.com/103769). */
const LONGEST = 825;
/** id-kp-serverAuth (RFC 5280, 4.2.1.12). */
const FOR_SERVERS = '1.3.6.1.5.5.7.3.1';

/**
 * Judges the server's certificate and its chain by the requirements of Apple's systems (App Transport Security, and
 * support.apple.com/103769).
 */
export function checkServerCertificate(
  host: string,
  { chain, distrust, otherHost }: Handshake,
  { isTrustedByAll, now }: { readonly isTrustedByAll: boolean; readonly now: Date },
): Finding[] {
  const [own] = chain;
  if (!own) return [problem('The server showed no certificate.', 'Give the server one for its name.')];
  const findings = present(
    checkValidity(AREA, own, { now, advice: 'Renew it, and see to it that it is renewed in time.' }),
    ...chain.map((certificate) => checkKeyLength(AREA, certificate)),
    ...chain.map((certificate) => checkSignature(AREA, certificate)),
    checkName(host, own, otherHost),
    checkPurpose(own),
    checkTrust(own, distrust, isTrustedByAll),
  );
  return findings.length > 0 ? findings : [ok(`${own.name}, valid until ${day(own.notAfter)}, trusted everywhere.`)];
}

function checkName(host: string, { name, node }: CertificateFacts, otherHost: string | null): Finding | null {
  const advice = `Use a certificate with ${host} among its subject alternative names.`;
  if (node.subjectAltName === undefined)
    return problem(`${name} has no subject alternative name, and mobile devices look at nothing else.`, advice);
  return otherHost === null ? null : problem(`${name} is for another host than ${host}.`, advice);
}

/** Returns the extended key usages by OID; undefined if the certificate has no such extension. */
const usagesOf = ({ node }: CertificateFacts): readonly string[] | undefined => node.keyUsage;

function checkPurpose(certificate: CertificateFacts): Finding | null {
  const { name, notBefore, notAfter } = certificate;
  if (!(usagesOf(certificate) ?? []).includes(FOR_SERVERS))
    return problem(`${name} is not for servers.`, 'Use a certificate with the extended key usage serverAuth.');
  if (notAfter.getTime() - notBefore.getTime() > LONGEST * DAY)
    return problem(
      `${name} is valid for more than ${LONGEST} days, which mobile devices do not accept.`,
      `Use a certificate that is valid for ${LONGEST} days or less.`,
    );
  return null;
}

/** OpenSSL's names of faults that are not reported here, because other checks explain them better. */
const SAID: readonly string[] = ['CERT_HAS_EXPIRED', 'CERT_NOT_YET_VALID', 'INVALID_PURPOSE'];

const DISTRUST: Readonly<Record<string, readonly [string, string]>> = {
  DEPTH_ZERO_SELF_SIGNED_CERT: ['is signed by itself', 'Use a certificate of an authority that mobile devices trust.'],
  SELF_SIGNED_CERT_IN_CHAIN: [
    'leads to a root that is not trusted here',
    'Use a certificate of a public authority, or name your root in NODE_EXTRA_CA_CERTS and install it on the mobile devices first.',
  ],
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: [
    'leads to no root',
    'Have the server send its intermediate certificates too, or name your root in NODE_EXTRA_CA_CERTS.',
  ],
};

function checkTrust({ name }: CertificateFacts, distrust: string | null, isTrustedByAll: boolean): Finding | null {
  if (distrust === null)
    return isTrustedByAll
      ? null
      : warning(
          `${name} leads to a root of your own, which mobile devices do not know.`,
          'Install the root on each mobile device first and switch it on in its Certificate Trust Settings, or use a certificate of a public authority.',
        );
  if (SAID.includes(distrust)) return null;
  const [what, advice] = DISTRUST[distrust] ?? [
    `is not trusted (${distrust})`,
    'Use a certificate of a public authority, and have the server send its intermediate certificates too.',
  ];
  return problem(`${name} ${what}.`, advice);
}
