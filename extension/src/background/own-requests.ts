import * as v from 'valibot';
import { ownRequest, type DecidedSite } from '../own-request.js';
import { checkHost } from './host-check.js';
import { policyFor, sitesOfPolicy } from './policy.js';
import { listRemembered } from './remembered-answers.js';
import type { SiteAccess } from './site-access.js';

/** What the extension's own pages may look into, and change. */
export interface OwnPageParts {
  readonly access: SiteAccess;
}

/** Answers the extension's own pages. */
export async function answerOwnPage(value: unknown, { access }: OwnPageParts): Promise<unknown> {
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
  }
}

/** Policy's sites first; what the user once said of a site that policy decides about does not count any more. */
async function listSites(): Promise<DecidedSite[]> {
  const byPolicy = (await sitesOfPolicy()).map(([origin, classes]): DecidedSite => ({
    origin,
    granted: [...classes],
    denied: [],
    byPolicy: true,
  }));
  const remembered = await Promise.all(
    (await listRemembered()).map(async ([origin, { granted, denied }]) => ({
      site: { origin, granted, denied, byPolicy: false },
      verdict: (await policyFor(origin)).verdict,
    })),
  );
  return [...byPolicy, ...remembered.filter(({ verdict }) => verdict === 'silent').map(({ site }) => site)];
}
