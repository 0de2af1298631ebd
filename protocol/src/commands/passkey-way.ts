import * as v from 'valibot';

/**
 * Ways to create a passkey: by the host, by the browser in the CMS's page, or by the browser in a window at the relying party's origin. See
 * docs/issuance.md.
 */
export const PASSKEY_WAYS = ['host', 'page', 'window'] as const;
export const passkeyWay = v.picklist(PASSKEY_WAYS);
export type PasskeyWay = v.InferOutput<typeof passkeyWay>;
