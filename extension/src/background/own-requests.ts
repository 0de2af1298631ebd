import * as v from 'valibot';
import { ownRequest, type DecidedSite } from '../own-request.js';
import { checkHost } from './host-check.js';
import { helpDeskOfPolicy, policyFor, sitesOfPolicy } from './policy.js';
import { listRemembered } from './remembered-answers.js';
import type { SiteAccess } from './site-access.js';
import { makeSupportBundle, type TraceSource } from './support-bundle.js';

/** What the extension's own pages may look into, and change. */
export interface OwnPageParts {
  readonly access: SiteAccess;
  readonly trace: TraceSource;
}

/** Answers the extension's own pages. */
export async function answerOwnPage(value: unknown, { access, trace }: OwnPageParts): Promise<unknown> {
  const request = v.parse(ownRequest, value);
  switch (request.ask) {
    case 'sites':
      return listSites();
    case 'forgetSite':
      await access.forget(request.origin);
      return {};
    case 'refusedSite':
      return access.refusedIn(request.tab);
    case 'letAskAgain':
      await access.letAskAgain(request.origin);
      return {};
    case 'host':
      return checkHost();
    case 'helpDesk':
      return helpDeskOfPolicy();
    case 'bundle':
      return makeSupportBundle(request.origin, trace);
  }
}

/** Policy's sites first. Where policy decides about a site, the user's former answer no longer counts. */
async function listSites(): Promise<DecidedSite[]> {
  const decided: Omit<DecidedSite, 'relyingParties'>[] = [
    ...(await sitesOfPolicy()).map(([origin, classes]) => ({
      origin,
      granted: [...classes],
      denied: [],
      byPolicy: true,
    })),
    ...(await listRemembered()).map(([origin, { granted, denied }]) => ({ origin, granted, denied, byPolicy: false })),
  ];
  const sites = await Promise.all(
    decided.map(async (site) => {
      const { verdict, relyingParties } = await policyFor(site.origin);
      return { verdict, site: { ...site, relyingParties: relyingParties.map(({ origin }) => origin) } };
    }),
  );
  return sites.filter(({ verdict, site }) => site.byPolicy || verdict === 'silent').map(({ site }) => site);
}
