import * as v from 'valibot';
import { newAccount } from '../../accounts/accounts.js';
import type { AccountHands } from '../../accounts/account-hands.js';
import { ACCOUNT_REFUSALS, type ListedAccount } from '../../accounts/local-accounts.js';
import { EMPTY, ID, line, of, type RouteTable } from './route.js';

/** Address of the page that sets a password, with its token in the fragment. */
const link = v.nullable(v.object({ address: v.string(), expiresAt: of<Date>() }));

/** Schema of the answer to a change of an account. */
const outcome = v.object({
  /** Why nothing was changed; null if it was. */
  refusal: v.nullable(v.picklist(ACCOUNT_REFUSALS)),
  /** The link by which the owner sets a password; null if none was made. It is told this once. */
  link,
  /** Number of the person's devices that are not over. They stay as they are. */
  devices: v.number(),
});

/** The local accounts. Each change wants a fresh proof of the administrator's identity. */
export const LOCAL_ACCOUNT_ROUTES = {
  'GET /api/operator/accounts': {
    who: 'see-accounts',
    takes: v.object({
      query: v.strictObject({
        /** `next` of the previous page. */
        after: v.exactOptional(line(64)),
      }),
    }),
    answer: v.object({
      accounts: of<readonly (ListedAccount & AccountHands)[]>(),
      /** Value for `after`; null on the last page. */
      next: v.nullable(v.string()),
    }),
    sentence: 'Lists a page of the local accounts, by their names.',
  },
  'POST /api/operator/accounts': {
    who: 'change-accounts',
    bound: 'change',
    fresh: 'account.added',
    takes: v.object({ body: v.omit(newAccount, ['password']) }),
    answer: outcome,
    sentence: 'Adds a local account, and makes the link by which its owner sets a password.',
  },
  'POST /api/operator/accounts/{id}/disable': {
    who: 'change-accounts',
    bound: 'change',
    fresh: 'account.disabled',
    takes: v.object({ parameters: ID, body: EMPTY }),
    answer: outcome,
    sentence: 'Disables an account: its sessions end, and nobody signs in to it.',
  },
  'POST /api/operator/accounts/{id}/enable': {
    who: 'change-accounts',
    bound: 'change',
    fresh: 'account.enabled',
    takes: v.object({ parameters: ID, body: EMPTY }),
    answer: outcome,
    sentence: 'Enables a disabled account.',
  },
  'POST /api/operator/accounts/{id}/delete': {
    who: 'change-accounts',
    bound: 'change',
    fresh: 'account.deleted',
    takes: v.object({ parameters: ID, body: EMPTY }),
    answer: outcome,
    sentence: 'Deletes an account whose devices are all over. Its names stay.',
  },
  'POST /api/operator/accounts/{id}/confirm': {
    who: 'change-accounts',
    bound: 'change',
    fresh: 'account.confirmed',
    takes: v.object({ parameters: ID, body: EMPTY }),
    answer: outcome,
    sentence: "Says that an account is its owner's, and in nobody else's hands.",
  },
  'POST /api/operator/accounts/{id}/reset': {
    who: 'change-accounts',
    bound: 'change',
    fresh: 'password-link.made',
    takes: v.object({ parameters: ID, body: EMPTY }),
    answer: outcome,
    sentence: 'Makes a link by which the owner of an account sets another password. The link before ends.',
  },
} as const satisfies RouteTable;
