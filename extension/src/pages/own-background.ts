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

/**
 * Sends a request to the background. Returns the background's answer, which is not yet validated.
 *
 * @throws Error if the background could not answer; the background's log contains the reason
 */
async function ask(request: OwnRequest): Promise<unknown> {
  return v.parse(ownAnswer, await browser.runtime.sendMessage(request)).answer;
}

/** Reads the sites that policy allows, and the sites about which only the user has decided. */
export const listSites = async (): Promise<DecidedSite[]> => v.parse(decidedSites, await ask({ ask: 'sites' }));

/** Forgets the user's answers about a site. Sessions that depend on these answers end. */
export const forgetSite = async (origin: string): Promise<void> => {
  await ask({ ask: 'forgetSite', origin });
};

/**
 * Reads the origin of the site that the user refused in a tab; null if the user refused no site there. A question that the user closed or
 * left unanswered counts as a refusal for a minute.
 */
export const readRefusedSite = async (tab: number): Promise<string | null> =>
  v.parse(refusedSite, await ask({ ask: 'refusedSite', tab }));

/** Reads the site of the latest open session in a tab, or else the site that policy blocked there; null if the tab has neither. */
export const readSiteOfTab = async (tab: number): Promise<DecidedSite | null> =>
  v.parse(siteOfTab, await ask({ ask: 'siteOfTab', tab }));

/** Lets a refused site ask again at once. */
export const letAskAgain = async (origin: string): Promise<void> => {
  await ask({ ask: 'letAskAgain', origin });
};

/** Lets the background start a host, report how far the host gets, and end the host. */
export const checkHost = async (): Promise<HostReport> => v.parse(hostReport, await ask({ ask: 'host' }));

/** Lets the background start a host, run all the host's checks, and end the host. */
export const diagnoseHost = async (): Promise<HostDiagnosis> => v.parse(hostDiagnosis, await ask({ ask: 'diagnosis' }));

/** Reads the past events that a support file contains: the events of one site, or of all sites if `origin` is null. */
export const readPastEvents = async (origin: string | null): Promise<PastEvents> =>
  v.parse(pastEvents, await ask({ ask: 'pastEvents', origin }));

/** Reads the last failed commands of a site, oldest first. */
export const readPastFailures = async (origin: string): Promise<CommandFailure[]> =>
  v.parse(pastFailures, await ask({ ask: 'failures', origin }));
