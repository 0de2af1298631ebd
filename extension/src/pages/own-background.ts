import * as v from 'valibot';
import { browser } from '../browser.js';
import { decidedSites, hostReport, type DecidedSite, type HostReport, type OwnRequest } from '../own-request.js';

const ask = (request: OwnRequest): Promise<unknown> => browser.runtime.sendMessage(request);

/** The sites that were decided about. */
export const listSites = async (): Promise<DecidedSite[]> => v.parse(decidedSites, await ask({ ask: 'sites' }));

/** Forgets what the user said of a site; sessions that live from it end. */
export const forgetSite = async (origin: string): Promise<void> => {
  await ask({ ask: 'forgetSite', origin });
};

/** Starts a host for a moment and tells how far it gets. */
export const checkHost = async (): Promise<HostReport> => v.parse(hostReport, await ask({ ask: 'host' }));
