import type { WireError } from '@cardwright/protocol/messages';
import { helpDeskOfPolicy } from '../policy/policy-in-force.js';
import type { Site } from '../remembered-answers.js';
import { logDefect } from './log.js';
import type { SiteAccess } from './site-access.js';

/**
 * Prepares an error for its page. A site that may use the devices also gets the administrator's help desk and the sources of missing
 * software, for its screens. Any other site learns nothing of these.
 *
 * @param page null if it is not a page that may use Cardwright
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
