import * as v from 'valibot';

/**
 * Rules that decide about a site, in the order in which they apply:
 * - `blockedSites`: policy names the site among the blocked sites;
 * - `allowedSites`: policy grants the site classes of commands;
 * - `unreadable`: a part of policy that may concern the site is unreadable, so the site is refused;
 * - `unlisted`: policy refuses every site that `allowedSites` does not name;
 * - `answer`: the user answered;
 * - `none`: no decision yet, so the user is asked.
 */
export const SITE_RULES = ['blockedSites', 'allowedSites', 'unreadable', 'unlisted', 'answer', 'none'] as const;
export const siteRule = v.picklist(SITE_RULES);
export type SiteRule = v.InferOutput<typeof siteRule>;

/** Rules of the administrator. The user cannot change their decisions. */
export type PolicyRule = Exclude<SiteRule, 'answer' | 'none'>;
