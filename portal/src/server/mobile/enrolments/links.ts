import { findEnrolmentByLink } from '../../store/mobile-rows.js';
import type { DownloadedProfile, LinkPage, LinkVisitor } from '../mobile-devices.js';
import { mayBeSupported } from '../profiles/user-agent.js';
import type { Enrolment } from './enrolment.js';
import type { EnrolmentServices } from './enrolment-services.js';
import { inEnrolmentWork } from './enrolment-work.js';
import { hashOf, isSecretOf, newSecret } from './secrets.js';

/** A browser opens a link. That claims nothing: programs that show previews open links too. */
export async function openLink(services: EnrolmentServices, token: string, visitor: LinkVisitor): Promise<LinkPage> {
  const key = await findEnrolmentByLink(services.store.db, hashOf(token));
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
 * The first profile, for the first browser that asks, and again for that one until its phone has answered; undefined where the link
 * is not good for the browser. Each has a challenge of its own, and the one before is not good any more.
 */
export async function downloadProfile(
  services: EnrolmentServices,
  token: string,
  visitor: LinkVisitor,
): Promise<DownloadedProfile | undefined> {
  const { profiles, store } = services;
  const key = await findEnrolmentByLink(store.db, hashOf(token));
  if (!key) return undefined;
  const challenge = newSecret();
  const enrolment = await inEnrolmentWork(services, async (work) => {
    const opened = await work.open(key);
    if (!isGoodFor(opened, visitor)) return undefined;
    // A browser is known by what it was given here, never by what it brought.
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

/** Whether a link is good for a browser: nobody has downloaded its profile, or this browser has. */
function isGoodFor({ state, row }: Enrolment, { browser }: LinkVisitor): boolean {
  if (state === 'waiting' || state === 'opened') return true;
  return state === 'downloaded' && isSecretOf(row.browserHash, browser);
}
