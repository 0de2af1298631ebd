import { createPrivateKey } from 'node:crypto';
import type { CertificationAuthority } from '@cardwright/cms/authority';
import { openAuthorityOf } from '../../ca/authority-module.js';
import { openDevelopmentCa } from '../../ca/development-ca.js';
import type { Configuration } from '../../settings/configuration.js';
import type { PortalKeys } from '../../keys/key-ring.js';
import { day, readCertificate, type CertificateFacts } from './certificate-facts.js';
import { checkKeyLength, checkValidity, present } from './certificate-checks.js';
import { findingsOf, type Finding } from '../../findings/finding.js';

const AREA = findingsOf('authority');
const { ok, problem, skipped } = AREA;

/**
 * Days before the authority's expiry from which on a warning is given. The notice is long, because no certificate is valid for longer than its
 * authority.
 */
const NOTICE = 365;

/** Advice for an authority that expires: certificates that it issues end no later than it does. */
const PLAN = 'Plan for another authority: certificates that it issues end no later than it does.';
const RENEW = `Make the next one: \`cardwright-portal authority renew\`. Certificates that this one issues end no later than it does.`;

export interface CheckedAuthority {
  readonly findings: readonly Finding[];
  /** The authority's certificate; undefined if the portal has not made the authority yet, or if the certificate cannot be read. */
  readonly certificate: CertificateFacts | undefined;
}

/**
 * Checks the authority that issues certificates. The key and the certificate of the embedded authority are in the key file. A configured module
 * is loaded as at the portal's start, but only the certificate of its authority is read. A module that wraps the embedded authority gets it as at the
 * start; without keys such a module cannot be checked.
 *
 * @param keys the portal's keys; null if the portal has not made them yet, undefined if they cannot be read
 */
export async function checkAuthority(
  { authority: { module }, origin }: Configuration,
  keys: PortalKeys | null | undefined,
  now: Date,
): Promise<CheckedAuthority> {
  if (module === null) return keys ? checkEmbedded(keys, now) : withoutKeys(keys);
  const location = (): string => `${origin ?? 'http://localhost'}/ca`;
  const noKeys = new Error('there are no keys of the embedded authority');
  const embedded = (): Promise<CertificationAuthority> =>
    keys ? openDevelopmentCa(keys.authority, location) : Promise.reject(noKeys);
  try {
    const { certificate } = await openAuthorityOf(module, { location, openDevelopmentCa: embedded });
    return judge(readCertificate(certificate), now, []);
  } catch (error) {
    if (!keys && (error === noKeys || (error instanceof Error && error.cause === noKeys))) return withoutKeys(keys);
    const text = error instanceof Error ? error.message : String(error);
    return { findings: [problem(`${text}.`, 'Correct the module, or its path.')], certificate: undefined };
  }
}

/** Returns the finding of an authority whose keys were not made yet (null), or cannot be read (undefined). */
const withoutKeys = (keys: null | undefined): CheckedAuthority => ({
  findings: [
    skipped(
      keys === null
        ? 'The portal makes its own when it starts for the first time.'
        : 'Not checked, because the keys cannot be read.',
    ),
  ],
  certificate: undefined,
});

function checkEmbedded(keys: PortalKeys, now: Date): CheckedAuthority {
  const all = [keys.authority, ...keys.laterAuthorities];
  const foreign = all.filter(({ key, certificate }) => {
    const own = createPrivateKey({ key: { ...key }, format: 'jwk' });
    return readCertificate(certificate)?.node.checkPrivateKey(own) !== true;
  });
  const coming = keys.laterAuthorities.find(({ from }) => new Date(from) > now);
  const issuing = keys.laterAuthorities.findLast(({ from }) => new Date(from) <= now) ?? keys.authority;
  const judged = judge(
    readCertificate(issuing.certificate),
    now,
    foreign.map(() =>
      problem('The certificate of the authority is not for its key.', 'Restore the key file from a backup.'),
    ),
    coming ? `Nothing: another authority issues from ${day(new Date(coming.from))} on.` : RENEW,
  );
  const next = coming ? [ok(`Another authority issues from ${day(new Date(coming.from))} on.`)] : [];
  return { ...judged, findings: [...judged.findings, ...next] };
}

function judge(
  certificate: CertificateFacts | undefined,
  now: Date,
  before: readonly Finding[],
  advice = PLAN,
): CheckedAuthority {
  if (!certificate)
    return {
      findings: [problem('The certificate of the authority cannot be read.', 'Correct what makes the authority.')],
      certificate,
    };
  const { name, node, notAfter } = certificate;
  const findings = [
    ...before,
    ...present(
      node.ca
        ? null
        : problem(`${name} is no certification authority.`, 'Give the certificate of the authority itself.'),
      checkValidity(AREA, certificate, { now, notice: NOTICE, advice }),
      checkKeyLength(AREA, certificate),
    ),
  ];
  return { findings: findings.length > 0 ? findings : [ok(`${name}, valid until ${day(notAfter)}.`)], certificate };
}
