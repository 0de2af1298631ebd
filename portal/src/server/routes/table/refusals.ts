import * as v from 'valibot';

/**
 * Why a sign-in at a provider or by a directory did not open a session:
 * - `away`: the provider cannot be used now;
 * - `unproved`: what the browser brought back proves nothing, or the provider refused the person;
 * - `taken`: the user name, the UPN or the SID belongs to another account;
 * - `not-permitted`: the groups of the person give no role.
 */
export const REFUSALS = ['away', 'unproved', 'taken', 'not-permitted'] as const;
export type Refusal = (typeof REFUSALS)[number];
/** Schema of the answer to a sign-in that opened no session. */
export const refused = v.object({ refusal: v.picklist(REFUSALS) });
