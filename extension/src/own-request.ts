import { wireError } from '@cardwright/protocol';
import * as v from 'valibot';
import { grantClasses } from './grant-class.js';
import { siteRule } from './site-rule.js';

/** What the extension's own pages ask of the background, by `runtime.sendMessage`; no site can. */
export const ownRequest = v.variant('ask', [
  v.strictObject({ ask: v.literal('sites') }),
  v.strictObject({ ask: v.literal('forgetSite'), origin: v.string() }),
  v.strictObject({ ask: v.literal('refusedSite'), tab: v.number() }),
  v.strictObject({ ask: v.literal('siteOfTab'), tab: v.number() }),
  v.strictObject({ ask: v.literal('letAskAgain'), origin: v.string() }),
  v.strictObject({ ask: v.literal('host') }),
  v.strictObject({ ask: v.literal('helpDesk') }),
  v.strictObject({ ask: v.literal('unreadable') }),
  /** The support file, for the site that asked; null where none did. */
  v.strictObject({ ask: v.literal('bundle'), origin: v.nullable(v.string()) }),
]);
export type OwnRequest = v.InferOutput<typeof ownRequest>;

/** A site with what was decided about it, by the user or by policy. */
export const decidedSite = v.strictObject({
  origin: v.string(),
  granted: grantClasses,
  denied: grantClasses,
  /** What decided. */
  rule: siteRule,
  /** Whether that was the administrator; then the user cannot change it. */
  byPolicy: v.boolean(),
  /** For whose origins, besides its own, the administrator lets it set up passkeys. */
  relyingParties: v.array(v.string()),
});
export const decidedSites = v.array(decidedSite);
export type DecidedSite = v.InferOutput<typeof decidedSite>;

/** The site that uses Cardwright in a tab, or was refused there by policy; null where there is none. */
export const siteOfTab = v.nullable(decidedSite);

/** Paths of what cannot be read in the administrator's policy. */
export const unreadableSettings = v.array(v.string());

/** The site that was refused in a tab, lately or for good; null when there is none. */
export const refusedSite = v.nullable(v.string());

/** Whether the host and a reader are there. */
export const hostReport = v.strictObject({
  /** Null when all is well. */
  problem: v.nullable(wireError),
  /** Null when the host did not answer. */
  version: v.nullable(v.string()),
  readers: v.array(v.string()),
});
export type HostReport = v.InferOutput<typeof hostReport>;
