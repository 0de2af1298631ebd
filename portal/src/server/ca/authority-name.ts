import * as v from 'valibot';

/** Maximum number of characters of a common name (RFC 5280, appendix A.1: `ub-common-name`). */
const LONGEST = 64;

/** The name of the embedded authority where nobody gives it one, as in a demo. */
export const DEVELOPMENT_NAME = 'Cardwright Development CA';

/**
 * Schema of the name of an embedded authority, which everyone who looks at a certificate reads: letters, digits, signs and single spaces, of which each can be
 * seen, in normalisation form C.
 */
export const authorityName = v.pipe(
  v.string(),
  v.maxLength(8 * LONGEST),
  v.normalize('NFC'),
  v.trim(),
  v.regex(/^(?!\p{M})(?!.* {2})(?:(?!\p{Default_Ignorable_Code_Point})[\p{L}\p{M}\p{N}\p{P}\p{S} ])+$/u),
  v.check((name) => Array.from(name).length <= LONGEST),
);

/** Returns the usual name for the authority of a portal: that of its domain, or of the computer. */
export function usualAuthorityName(origin: string | null, computer: string): string {
  const host =
    origin !== null && origin.startsWith('https:') && URL.canParse(origin) ? new URL(origin).hostname : computer;
  const labels = host.split('.');
  const domain = labels.length > 2 && /[a-z]$/i.test(host) ? labels.slice(1).join('.') : host;
  const name = `${domain} Cardwright CA`;
  return v.is(authorityName, name) ? name : 'Cardwright CA';
}
