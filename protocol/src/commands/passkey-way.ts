import * as v from 'valibot';

/** How a passkey comes to be: see docs/issuance.md. */
export const PASSKEY_WAYS = ['host', 'page', 'window'] as const;
export const passkeyWay = v.picklist(PASSKEY_WAYS);
export type PasskeyWay = v.InferOutput<typeof passkeyWay>;
