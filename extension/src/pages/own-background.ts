import { helpDesk, type HelpDesk } from '@cardwright/protocol/policy';
import { supportBundle, type SupportBundle } from '@cardwright/protocol/trace';
import * as v from 'valibot';
import { browser } from '../browser.js';
import {
  decidedSites,
  hostReport,
  ownAnswer,
  refusedSite,
  siteOfTab,
  unreadableSettings,
  type DecidedSite,
  type HostReport,
} from '../own-answer.js';
import type { OwnRequest } from '../own-request.js';

/** @throws Error if the background could not answer; its log has why */
async function ask(request: OwnRequest): Promise<unknown> {
  return v.parse(ownAnswer, await browser.runtime.sendMessage(request)).answer;
}

/** Lists the sites with a decision. */
export const listSites = async (): Promise<DecidedSite[]> => v.parse(decidedSites, await ask({ ask: 'sites' }));

/** Forgets the user's answers about a site. Sessions that depend on them end. */
export const forgetSite = async (origin: string): Promise<void> => {
  await ask({ ask: 'forgetSite', origin });
};

/** Reads the site that was refused in a tab, recently or permanently; null if there is none. */
export const readRefusedSite = async (tab: number): Promise<string | null> =>
  v.parse(refusedSite, await ask({ ask: 'refusedSite', tab }));

/** Reads the site that uses Cardwright in a tab, or that policy refused there, with the rule that decided; null if there is none. */
export const readSiteOfTab = async (tab: number): Promise<DecidedSite | null> =>
  v.parse(siteOfTab, await ask({ ask: 'siteOfTab', tab }));

/** Lists the unreadable parts of the administrator's policy. */
export const readUnreadableSettings = async (): Promise<string[]> =>
  v.parse(unreadableSettings, await ask({ ask: 'unreadable' }));

/** Lets a refused site ask again at once. */
export const letAskAgain = async (origin: string): Promise<void> => {
  await ask({ ask: 'letAskAgain', origin });
};

/** Starts a host briefly, and reports how far it gets. */
export const checkHost = async (): Promise<HostReport> => v.parse(hostReport, await ask({ ask: 'host' }));

/** Reads the help desk of the administrator's policy. */
export const readHelpDesk = async (): Promise<HelpDesk> => v.parse(helpDesk, await ask({ ask: 'helpDesk' }));

/** Makes the support file. `origin` is that of the site that asked, or null. */
export const readBundle = async (origin: string | null): Promise<SupportBundle> =>
  v.parse(supportBundle, await ask({ ask: 'bundle', origin }));
