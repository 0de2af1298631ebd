import { findEnrolmentByLink } from '../../store/mobile-rows.js';
import type { DownloadedProfile, LinkPage, LinkVisitor } from '../mobile-devices.js';
import { mayBeSupported } from '../profiles/user-agent.js';
import type { Enrolment } from './enrolment.js';
import type { EnrolmentServices } from './enrolment-services.js';
import { inEnrolmentWork } from './enrolment-work.js';
import { hashOf, isSecretOf, newSecret } from './secrets.js';

/** Handles the opening of a link in a browser. Opening does not bind the link to the browser, because programs that show previews open links too. */
export async function openLink(services: EnrolmentServices, token: string, visitor: LinkVisitor): Promise<LinkPage> {
  const key = await findEnrolmentByLink(services.database.db, hashOf(token));
  if (!key) return { kind: 'dead', language: null };
  return inEnrolmentWork(services, async (work): Promise<LinkPage> => {
    const enrolment = await work.open(key);
    const { language } = enrolment.row;
    if (!isGoodFor(enrolment, visitor)) return { kind: 'dead', language };
    if (!mayBeSupported(visitor.userAgent)) return { kind: 'unsupported', language };
    if (enrolment.state === 'waiting') {
      enrolment.enter('opened');
      enrolment.note('opened-link');
      enrolment.report('mobile.link-opened', 'portal');
    }
    return { kind: 'download', language };
  });
}

/**
 * Returns the first profile to the first browser that asks for it. Returns undefined if the link is not valid for the browser. The same browser
 * may download the profile again until the phone has answered. Each download has a new challenge, and the earlier challenge becomes invalid.
 */
export async function downloadProfile(
  services: EnrolmentServices,
  token: string,
  visitor: LinkVisitor,
): Promise<DownloadedProfile | undefined> {
  const { profiles, database } = services;
  const key = await findEnrolmentByLink(database.db, hashOf(token));
  if (!key) return undefined;
  const challenge = newSecret();
  const enrolment = await inEnrolmentWork(services, async (work) => {
    const opened = await work.open(key);
    if (!isGoodFor(opened, visitor)) return undefined;
    // A browser is recognised by a cookie, whose value this function returns. At the first download, the browser gets a new value, whatever cookie it
    // sent.
    const isNew = opened.state !== 'downloaded';
    const given = isNew || visitor.browser === null ? newSecret() : visitor.browser;
    opened.enter('downloaded', { browserHash: hashOf(given), challengeHash: hashOf(challenge) });
    opened.note('downloaded-profile');
    if (isNew) opened.report('mobile.profile-downloaded', 'portal');
    return { row: opened.row, browser: given };
  });
  if (!enrolment) return undefined;
  const profile = await profiles.identification(enrolment.row, challenge);
  return { profile, browser: enrolment.browser };
}

/**
 * True if a link is valid for a browser: no browser has downloaded the profile, or this browser has and the phone has not answered. After the end of
 * the enrolment, the link is not valid.
 */
function isGoodFor({ state, row }: Enrolment, { browser }: LinkVisitor): boolean {
  if (state === 'waiting' || state === 'opened') return true;
  return state === 'downloaded' && isSecretOf(row.browserHash, browser);
}
