import * as v from 'valibot';

/**
 * What the bridge hands to the background: a page's message, and what the page cannot say itself because only the browser
 * knows it. The bridge reads it in its own world, out of the page's reach, when the message passes.
 */
export const bridgeMessage = v.strictObject({
  message: v.unknown(),
  /**
   * Whether the user did something in the page in the last seconds: transient activation (HTML, 6.4). Every browser that the
   * manifest admits reports it (Chromium since 72, Firefox since 120), so there is no fallback.
   */
  isActive: v.boolean(),
});
export type BridgeMessage = v.InferOutput<typeof bridgeMessage>;
