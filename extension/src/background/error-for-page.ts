import type { WireError } from '@cardwright/protocol';
import { logDefect } from './log.js';
import { helpDeskOfPolicy } from './policy.js';
import type { Site } from './remembered-answers.js';
import type { SiteAccess } from './site-access.js';

/**
 * An error as its page gets it. A site that may use the devices also learns whom the administrator has its user ask, and where what is
 * missing can be got: its screens show that. Any other site learns nothing of it.
 *
 * @param page null where that is not a page that may use Cardwright
 */
export async function errorForPage(error: WireError, page: Site | null, access: SiteAccess): Promise<WireError> {
  try {
    if (page === null || (await access.decide(page)).granted.length === 0) return error;
    const helpDesk = await helpDeskOfPolicy();
    return Object.keys(helpDesk).length === 0 ? error : { ...error, data: { ...error.data, helpDesk } };
  } catch (defect) {
    // The page must hear of the error, whatever becomes of the help for it.
    logDefect('the help desk of policy could not be read', defect);
    return error;
  }
}
