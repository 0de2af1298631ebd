import * as v from 'valibot';

/**
 * What decides about a site, in the order in which it is asked:
 * - `blockedSites`: policy names it among those;
 * - `allowedSites`: policy grants it classes of commands;
 * - `unreadable`: policy cannot be read where it may say something of the site, so it is refused;
 * - `unlisted`: policy refuses every site that it does not name;
 * - `answer`: the user answered;
 * - `none`: nothing yet, so the user is asked.
 */
export const SITE_RULES = ['blockedSites', 'allowedSites', 'unreadable', 'unlisted', 'answer', 'none'] as const;
export const siteRule = v.picklist(SITE_RULES);
export type SiteRule = v.InferOutput<typeof siteRule>;

/** Rules of the administrator. The user can change nothing of what they decide. */
export type PolicyRule = Exclude<SiteRule, 'answer' | 'none'>;
