import { expiryDatesOf, type ExpiryKind, type ExpirySources } from './expiry-dates.js';
import { adviceFor, sentenceOf } from './sentences.js';
import { findingsIn, type Finding } from '../../server/findings/finding.js';

/** The area of these checks. */
export const AREA = { area: 'expiry-dates', title: 'Expiry dates' } as const;

const { ok, warning, problem, skipped } = findingsIn(AREA.area);

/** Kinds whose whole certificate another area judges, its end included. */
const ELSEWHERE: ReadonlySet<ExpiryKind> = new Set<ExpiryKind>([
  'authority',
  'registration-authority',
  'profile-signature',
  'device-authority',
]);

/** Kinds that stop working with the end of one certificate. Of the others, a list may have an old certificate and the newer one that replaces it. */
const ALONE: ReadonlySet<ExpiryKind> = new Set<ExpiryKind>(['passkey-service']);

/**
 * Checks the end of everything that expires and is in no area of its own. A CRL is left out, because the running portal alone knows it.
 *
 * @param policies what the device policies trust; undefined if they could not be read
 */
export function checkExpiryDates(
  configuration: ExpirySources['configuration'],
  policies: ExpirySources['policies'] | undefined,
  now: Date,
): Finding[] {
  const sources = { authority: null, crl: null, registrationAuthority: null, policies: policies ?? [], configuration };
  const dates = expiryDatesOf(sources, now).filter(({ kind }) => !ELSEWHERE.has(kind));
  const due = dates.flatMap((one) => {
    if (one.urgency === 'later') return [];
    const tell = one.urgency === 'expired' && ALONE.has(one.kind) ? problem : warning;
    return [tell(sentenceOf(one), adviceFor(one))];
  });
  const unread =
    policies === undefined
      ? [skipped("The vendors' certificates in device policies were not checked, because they are in the database.")]
      : [];
  const others = dates.length - due.length;
  return [
    ...due,
    ...unread,
    ...(due.length > 0 || unread.length > 0 ? [] : [ok(`Nothing else expires soon (${others} checked).`)]),
  ];
}
