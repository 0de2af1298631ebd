import type { CommandFailure } from '@cardwright/protocol/trace';
import * as v from 'valibot';
import { browser } from '../browser.js';
import {
  decidedSites,
  hostDiagnosis,
  hostReport,
  ownAnswer,
  pastEvents,
  pastFailures,
  refusedSite,
  siteOfTab,
  type DecidedSite,
  type HostDiagnosis,
  type HostReport,
  type PastEvents,
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

/** Lets a refused site ask again at once. */
export const letAskAgain = async (origin: string): Promise<void> => {
  await ask({ ask: 'letAskAgain', origin });
};

/** Starts a host briefly, and reports how far it gets. */
export const checkHost = async (): Promise<HostReport> => v.parse(hostReport, await ask({ ask: 'host' }));

/** Starts a host briefly, and has it check everything that it can. */
export const diagnoseHost = async (): Promise<HostDiagnosis> => v.parse(hostDiagnosis, await ask({ ask: 'diagnosis' }));

/** Reads the past events in a support file for one site, or of all sites. */
export const readPastEvents = async (origin: string | null): Promise<PastEvents> =>
  v.parse(pastEvents, await ask({ ask: 'pastEvents', origin }));

/** Reads the commands of a site that failed last, oldest first. */
export const readPastFailures = async (origin: string): Promise<CommandFailure[]> =>
  v.parse(pastFailures, await ask({ ask: 'failures', origin }));
