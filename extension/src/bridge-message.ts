import * as v from 'valibot';

/** A page's message as the bridge passes it to the background, with the page's user activation, as the browser reports it. */
const passedMessage = v.strictObject({
  message: v.unknown(),
  /**
   * Set if the user did something in the page in the last seconds (transient activation; HTML, 6.4). Every browser that the manifest
   * admits has `navigator.userActivation` (Chromium since 72, Firefox since 120), so there is no fallback.
   */
  isActive: v.boolean(),
});

/**
 * Messages from the bridge to the background. The bridge reads `isActive` and creates passkeys in its isolated world, where the page
 * cannot interfere. A page's message always arrives as `message`, so no page can claim that a passkey was created.
 */
export const bridgeMessage = v.union([passedMessage, v.strictObject({ created: v.unknown() })]);
export type BridgeMessage = v.InferOutput<typeof bridgeMessage>;

/**
 * An order from the background to the bridge. The bridge recognises an order by its member `create`, which no message for the page has.
 */
export interface PasskeyOrder {
  /** The passkey to create in the page; null cancels the passkey that is being created. */
  readonly create: { readonly origin: string; readonly options: object } | null;
}
