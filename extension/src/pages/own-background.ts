import { helpDesk, supportBundle, type HelpDesk, type SupportBundle } from '@cardwright/protocol';
import * as v from 'valibot';
import { browser } from '../browser.js';
import {
  decidedSites,
  hostReport,
  refusedSite,
  siteOfTab,
  unreadableSettings,
  type DecidedSite,
  type HostReport,
  type OwnRequest,
} from '../own-request.js';

const ask = (request: OwnRequest): Promise<unknown> => browser.runtime.sendMessage(request);

/** The sites that were decided about. */
export const listSites = async (): Promise<DecidedSite[]> => v.parse(decidedSites, await ask({ ask: 'sites' }));

/** Forgets what the user said about a site; sessions that depend on it end. */
export const forgetSite = async (origin: string): Promise<void> => {
  await ask({ ask: 'forgetSite', origin });
};

/** The site that was refused in a tab, lately or for good; null when there is none. */
export const readRefusedSite = async (tab: number): Promise<string | null> =>
  v.parse(refusedSite, await ask({ ask: 'refusedSite', tab }));

/** The site that uses Cardwright in a tab, or was refused there by policy, and what decided; null where there is none. */
export const readSiteOfTab = async (tab: number): Promise<DecidedSite | null> =>
  v.parse(siteOfTab, await ask({ ask: 'siteOfTab', tab }));

/** What cannot be read in the administrator's policy. */
export const readUnreadableSettings = async (): Promise<string[]> =>
  v.parse(unreadableSettings, await ask({ ask: 'unreadable' }));

/** Lets a site that was refused ask again, at once. */
export const letAskAgain = async (origin: string): Promise<void> => {
  await ask({ ask: 'letAskAgain', origin });
};

/** Starts a host for a moment and reports how far it gets. */
export const checkHost = async (): Promise<HostReport> => v.parse(hostReport, await ask({ ask: 'host' }));

/** Whom the administrator's policy tells users to ask. */
export const readHelpDesk = async (): Promise<HelpDesk> => v.parse(helpDesk, await ask({ ask: 'helpDesk' }));

/** Makes the support file; `origin` is that of the site that asked, if one did. */
export const readBundle = async (origin: string | null): Promise<SupportBundle> =>
  v.parse(supportBundle, await ask({ ask: 'bundle', origin }));
