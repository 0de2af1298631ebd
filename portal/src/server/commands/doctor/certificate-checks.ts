import { urgencyOf, type Life } from '../../certificates/life.js';
import { day, type CertificateFacts } from './certificate-facts.js';
import type { Finding, Findings } from '../../findings/finding.js';

const DAY = 24 * 60 * 60 * 1000;

/** Checks that are the same for every certificate. Each returns null if nothing is wrong. */

/**
 * Checks that a certificate is valid now, and for some time yet.
 *
 * @param notice number of days before the expiry from which on a warning is given; without it, the rule of all expiry dates counts (`warnsFrom`)
 * @param advice the remedy for an expiring or expired certificate, as in `Renew it.`
 */
export function checkValidity(
  { warning, problem }: Findings,
  { name, notBefore, notAfter }: Pick<CertificateFacts, 'name' | keyof Life>,
  { now, notice, advice }: { readonly now: Date; readonly notice?: number; readonly advice: string },
): Finding | null {
  if (now < notBefore)
    return problem(
      `${name} is valid only from ${day(notBefore)} on.`,
      'Check the clock of this computer; if it is right, wait, or use another certificate.',
    );
  if (now >= notAfter) return problem(`${name} expired on ${day(notAfter)}.`, advice);
  const isSoon =
    notice === undefined
      ? urgencyOf({ notBefore, notAfter }, now) === 'soon'
      : notAfter.getTime() - now.getTime() < notice * DAY;
  if (isSoon) return warning(`${name} expires on ${day(notAfter)}.`, advice);
  return null;
}

/** Requires an RSA key of at least 2048 bits, or a key on P-256, P-384 or P-521. */
export const checkKeyLength = ({ problem }: Findings, { name, weakKey }: CertificateFacts): Finding | null =>
  weakKey === null
    ? null
    : problem(`${name} has ${weakKey}.`, 'Use a certificate with an RSA key of 2048 bits or more, or one on P-256.');

/** Requires an RSA or ECDSA signature with SHA-256 or better, or RSA-PSS. The signature of a root is not considered. */
export const checkSignature = (
  { problem }: Findings,
  { name, isRoot, isStronglySigned }: CertificateFacts,
): Finding | null =>
  isRoot || isStronglySigned
    ? null
    : problem(
        `${name} is signed with SHA-1 or another old algorithm.`,
        'Use a certificate that is signed with SHA-256.',
      );

/** Returns the findings that are not null. */
export const present = (...findings: readonly (Finding | null)[]): Finding[] =>
  findings.filter((finding) => finding !== null);
