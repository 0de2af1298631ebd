import * as v from 'valibot';
import type { Runtime } from '../browser.js';
import type { DecidedSite, OwnAnswer, PastEvents } from '../own-answer.js';
import { ownRequest } from '../own-request.js';
import { policyFor, sitesOfPolicy } from '../policy/policy-in-force.js';
import { listRemembered, type Site } from '../remembered-answers.js';
import { checkHost, diagnoseHost } from './host-check.js';
import { logDefect } from './log.js';
import { isOwnPage } from './own-page.js';
import type { RecentFailures } from './recent-failures.js';
import type { SiteAccess } from './site-access.js';
import type { Trace } from './trace.js';

/** The parts of the background that the extension's own pages may read and change. */
export interface OwnPageParts {
  readonly access: SiteAccess;
  readonly trace: Pick<Trace, 'file'>;
  readonly failures: Pick<RecentFailures, 'of'>;
  /** Returns the site of the latest open session in a tab. Returns null if the tab has no session of a page that may use Cardwright. */
  readonly siteIn: (tabId: number) => Site | null;
}

/** Sends an answer to the page that asked. Without an argument, the page gets no answer. */
export type Respond = (answer?: OwnAnswer) => void;

/**
 * Answers a message if a page of the extension sent it. If a request fails, the page gets `undefined`, which the page's schema for answers
 * rejects.
 *
 * @returns true, which tells the browser that the answer comes later; Chromium does not accept a promise from a listener
 */
export function serveOwnPage(
  message: unknown,
  sender: Runtime.MessageSender,
  respond: Respond,
  parts: OwnPageParts,
): true {
  if (!isOwnPage(sender)) {
    respond();
    return true;
  }
  answer(message, parts)
    .then((value) => respond({ answer: value }))
    .catch((error: unknown) => {
      logDefect('a page of the extension gets no answer', error);
      respond();
    });
  return true;
}

async function answer(value: unknown, parts: OwnPageParts): Promise<unknown> {
  const { access, siteIn } = parts;
  const request = v.parse(ownRequest, value);
  switch (request.ask) {
    case 'sites':
      return listSites(access);
    case 'forgetSite':
      await access.forget(request.origin);
      return {};
    case 'refusedSite':
      return access.refusedIn(request.tab);
    case 'siteOfTab':
      return describeSite(siteIn(request.tab) ?? (await access.blockedIn(request.tab)), access);
    case 'letAskAgain':
      await access.letAskAgain(request.origin);
      return {};
    case 'host':
      return checkHost();
    case 'diagnosis':
      return diagnoseHost();
    case 'pastEvents':
      return readPastEvents(request.origin, parts);
    case 'failures':
      return parts.failures.of(request.origin);
  }
}

const readPastEvents = async (origin: string | null, { failures, trace }: OwnPageParts): Promise<PastEvents> => ({
  failures: await failures.of(origin),
  trace: trace.file(origin),
});

/**
 * Lists the sites that policy allows, then the sites about which only the user has decided. The user's answers about a site that policy
 * allows or blocks are left out, because these answers do not count.
 */
async function listSites(access: SiteAccess): Promise<DecidedSite[]> {
  const byPolicy = (await sitesOfPolicy()).map(([origin]) => origin);
  const byUser = (await listRemembered()).map(([origin]) => origin);
  const sites = await Promise.all(
    [...byPolicy, ...byUser.filter((origin) => !byPolicy.includes(origin))].map((origin) =>
      describeSite({ origin, isPrivate: false }, access),
    ),
  );
  return sites.filter((site) => site !== null).filter(({ rule }) => rule === 'allowedSites' || rule === 'answer');
}

async function describeSite(site: Site | null, access: SiteAccess): Promise<DecidedSite | null> {
  if (site === null) return null;
  const { rule, granted, denied, byPolicy } = await access.decide(site);
  const { relyingParties } = await policyFor(site.origin);
  return {
    origin: site.origin,
    granted: [...granted],
    denied: [...denied],
    rule,
    byPolicy,
    relyingParties: relyingParties.map(({ origin }) => origin),
  };
}
