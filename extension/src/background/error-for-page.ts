import type { WireError } from '@cardwright/protocol/messages';
import { helpDeskOfPolicy } from '../policy/policy-in-force.js';
import type { Site } from '../remembered-answers.js';
import { logDefect } from './log.js';
import type { SiteAccess } from './site-access.js';

/**
 * Returns an error as the page receives it. A site that may use the devices also receives the administrator's help desk, which includes the
 * download addresses of missing software. Any other site receives only the error.
 *
 * @param page the site of the page; null if the page may not use Cardwright
 */
export async function errorForPage(error: WireError, page: Site | null, access: SiteAccess): Promise<WireError> {
  try {
    if (page === null || (await access.decide(page)).granted.length === 0) return error;
    const helpDesk = await helpDeskOfPolicy();
    return Object.keys(helpDesk).length === 0 ? error : { ...error, data: { ...error.data, helpDesk } };
  } catch (defect) {
    // The error must reach the page even if the help desk cannot be read.
    logDefect('the help desk of policy could not be read', defect);
    return error;
  }
}
