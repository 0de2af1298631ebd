import * as v from 'valibot';

/** Requests that the extension's own pages send to the background by `runtime.sendMessage`. The background answers no other sender. */
export const ownRequest = v.variant('ask', [
  v.strictObject({ ask: v.literal('sites') }),
  v.strictObject({ ask: v.literal('forgetSite'), origin: v.string() }),
  v.strictObject({ ask: v.literal('refusedSite'), tab: v.number() }),
  v.strictObject({ ask: v.literal('siteOfTab'), tab: v.number() }),
  v.strictObject({ ask: v.literal('letAskAgain'), origin: v.string() }),
  v.strictObject({ ask: v.literal('host') }),
  /** Asks for the findings of all the checks that a host can make. */
  v.strictObject({ ask: v.literal('diagnosis') }),
  /** Asks for the past events that a support file contains: the events of one site, or of all sites if `origin` is null. */
  v.strictObject({ ask: v.literal('pastEvents'), origin: v.nullable(v.string()) }),
  /** Asks for the last failed commands of a site. */
  v.strictObject({ ask: v.literal('failures'), origin: v.string() }),
]);
export type OwnRequest = v.InferOutput<typeof ownRequest>;
