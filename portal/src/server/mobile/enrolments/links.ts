import { findEnrolmentByLink } from '../../store/mobile-rows.js';
import type { ClaimedLink, LinkPage, LinkVisitor } from '../mobile-devices.js';
import { isSafari, mayBeSupported } from '../profiles/user-agent.js';
import type { Enrolment } from './enrolment.js';
import type { EnrolmentServices } from './enrolment-services.js';
import { inEnrolmentWork } from './enrolment-work.js';
import { hashOf, isSecretOf, newSecret } from './secrets.js';

/** Milliseconds after a claim during which the profile may be fetched once without the cookie: a user has to allow it in a dialog first. */
const HANDOVER_TIME = 2 * 60 * 1000;

/**
 * Handles the opening of a link in a browser. Opening does not bind the link to the browser, because programs that show previews open links too. A
 * browser that cannot install a profile gets a page without one, so that it does not claim the link for nothing.
 */
export async function openLink(services: EnrolmentServices, token: string, visitor: LinkVisitor): Promise<LinkPage> {
  const key = await findEnrolmentByLink(services.database.db, hashOf(token));
  if (!key) return { kind: 'dead', language: null };
  return inEnrolmentWork(services, async (work): Promise<LinkPage> => {
    const enrolment = await work.open(key);
    const { language } = enrolment.row;
    if (!isGoodFor(enrolment, visitor)) return { kind: 'dead', language };
    if (!mayBeSupported(visitor.userAgent)) return { kind: 'unsupported', language };
    if (!isSafari(visitor.userAgent)) return { kind: 'not-safari', language };
    if (enrolment.state === 'waiting') {
      enrolment.enter('opened');
      enrolment.note('opened-link');
      enrolment.report('mobile.link-opened', 'portal');
    }
    return { kind: 'download', language };
  });
}

/**
 * Claims a link for the first browser that asks for the profile. Returns undefined if the link is not valid for the browser. The same browser may
 * claim the link again until the phone has answered. Each claim has a new address for the profile.
 */
export async function claimLink(
  services: EnrolmentServices,
  token: string,
  visitor: LinkVisitor,
): Promise<ClaimedLink | undefined> {
  const key = await findEnrolmentByLink(services.database.db, hashOf(token));
  if (!key) return undefined;
  const handover = newSecret();
  return inEnrolmentWork(services, async (work) => {
    const enrolment = await work.open(key);
    if (!isGoodFor(enrolment, visitor)) return undefined;
    // A browser is recognised by a cookie, whose value this function returns. At the first claim, the browser gets a new value, whatever cookie it sent.
    const isNew = enrolment.state !== 'downloaded';
    const browser = isNew || visitor.browser === null ? newSecret() : visitor.browser;
    enrolment.enter('downloaded', {
      browserHash: hashOf(browser),
      handoverHash: hashOf(handover),
      handoverUntil: new Date(work.now.getTime() + HANDOVER_TIME),
    });
    return { browser, handover };
  });
}

/**
 * Returns the first profile to the browser that claimed the link. Browsers other than Safari leave installing a profile to the system, which fetches
 * the profile again from its address and has none of their cookies. So the address alone is enough too, but only once, and for a short time. The
 * address is secret, and only the browser that claimed the link knows it.
 *
 * Each download has a new challenge, and the earlier challenge becomes invalid.
 */
export async function downloadProfile(
  services: EnrolmentServices,
  token: string,
  handover: string,
  visitor: LinkVisitor,
): Promise<Uint8Array | undefined> {
  const { profiles, database } = services;
  const key = await findEnrolmentByLink(database.db, hashOf(token));
  if (!key) return undefined;
  const challenge = newSecret();
  const row = await inEnrolmentWork(services, async (work) => {
    const enrolment = await work.open(key);
    const { state, row } = enrolment;
    if (state !== 'downloaded') return undefined;
    const isClaimant = isSecretOf(row.browserHash, visitor.browser);
    if (!isClaimant && !isHandedOver(enrolment, handover, work.now)) return undefined;
    enrolment.enter('downloaded', { challengeHash: hashOf(challenge), ...(isClaimant ? {} : { handoverHash: null }) });
    enrolment.note('downloaded-profile');
    if (!isClaimant) enrolment.report('mobile.profile-downloaded', 'portal', { handedOver: true });
    else if (row.challengeHash === null) enrolment.report('mobile.profile-downloaded', 'portal');
    return enrolment.row;
  });
  return row && profiles.identification(row, challenge);
}

/**
 * True if a link is valid for a browser: no browser has claimed it, or this browser has and the phone has not answered. After the end of the
 * enrolment, the link is not valid.
 */
function isGoodFor({ state, row }: Enrolment, { browser }: LinkVisitor): boolean {
  if (state === 'waiting' || state === 'opened') return true;
  return state === 'downloaded' && isSecretOf(row.browserHash, browser);
}

/** True if someone has the secret address of the profile, and the profile was not yet fetched from there without the cookie. */
const isHandedOver = ({ row: { handoverHash, handoverUntil } }: Enrolment, handover: string, now: Date): boolean =>
  isSecretOf(handoverHash, handover) && handoverUntil !== null && now <= handoverUntil;
