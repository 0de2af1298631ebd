import * as v from 'valibot';

/** Requests of the extension's own pages to the background, by `runtime.sendMessage`. No site can send them. */
export const ownRequest = v.variant('ask', [
  v.strictObject({ ask: v.literal('sites') }),
  v.strictObject({ ask: v.literal('forgetSite'), origin: v.string() }),
  v.strictObject({ ask: v.literal('refusedSite'), tab: v.number() }),
  v.strictObject({ ask: v.literal('siteOfTab'), tab: v.number() }),
  v.strictObject({ ask: v.literal('letAskAgain'), origin: v.string() }),
  v.strictObject({ ask: v.literal('host') }),
  /** Asks for everything that a host can check. */
  v.strictObject({ ask: v.literal('diagnosis') }),
  /** Asks for the past events in a support file for one site; null for the events of all sites. */
  v.strictObject({ ask: v.literal('pastEvents'), origin: v.nullable(v.string()) }),
  /** Asks for the commands of a site that failed last. */
  v.strictObject({ ask: v.literal('failures'), origin: v.string() }),
]);
export type OwnRequest = v.InferOutput<typeof ownRequest>;
