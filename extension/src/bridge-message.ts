import * as v from 'valibot';

/** What the bridge hands to the background of what a page sent, and what the page cannot say itself because only the browser knows it. */
const passedMessage = v.strictObject({
  message: v.unknown(),
  /**
   * Whether the user did something in the page in the last seconds: transient activation (HTML, 6.4). Every browser that the
   * manifest admits reports it (Chromium since 72, Firefox since 120), so there is no fallback.
   */
  isActive: v.boolean(),
});

/**
 * From the bridge to the background. The bridge reads `isActive`, and creates passkeys, in its own world, out of the page's reach;
 * and what a page sends is always a `message`, so no page can say that a passkey was created.
 */
export const bridgeMessage = v.union([passedMessage, v.strictObject({ created: v.unknown() })]);
export type BridgeMessage = v.InferOutput<typeof bridgeMessage>;

/** From the background to the bridge, besides the messages that it hands to the page, which all have another shape. */
export interface PasskeyOrder {
  /** What to create in the page; null ends what is being created. */
  readonly create: { readonly origin: string; readonly options: object } | null;
}
