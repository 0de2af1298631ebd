import * as v from 'valibot';

/** Requests of the extension's own pages to the background, by `runtime.sendMessage`. No site can send them. */
export const ownRequest = v.variant('ask', [
  v.strictObject({ ask: v.literal('sites') }),
  v.strictObject({ ask: v.literal('forgetSite'), origin: v.string() }),
  v.strictObject({ ask: v.literal('refusedSite'), tab: v.number() }),
  v.strictObject({ ask: v.literal('siteOfTab'), tab: v.number() }),
  v.strictObject({ ask: v.literal('letAskAgain'), origin: v.string() }),
  v.strictObject({ ask: v.literal('host') }),
  v.strictObject({ ask: v.literal('helpDesk') }),
  v.strictObject({ ask: v.literal('unreadable') }),
  /** Asks for the support file, for the site that asked; null if none did. */
  v.strictObject({ ask: v.literal('bundle'), origin: v.nullable(v.string()) }),
]);
export type OwnRequest = v.InferOutput<typeof ownRequest>;
