import { text } from '@cardwright/protocol/schemas';
import * as v from 'valibot';
import { newAccount } from '../../accounts/accounts.js';
import { ACCOUNT_REFUSALS, type ListedAccount } from '../../accounts/local-accounts.js';
import { ownPassword } from './own-password.js';
import { ID, of, type RouteTable } from './route.js';

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

/** The local accounts. Each change takes the administrator's own password. */
export const LOCAL_ACCOUNT_ROUTES = {
  'GET /api/operator/accounts': {
    who: 'see-accounts',
    takes: v.object({
      query: v.strictObject({
        /** `next` of the previous page. */
        after: v.exactOptional(text(64)),
      }),
    }),
    answer: v.object({
      accounts: of<readonly ListedAccount[]>(),
      /** Value for `after`; null on the last page. */
      next: v.nullable(v.string()),
    }),
    sentence: 'Lists a page of the local accounts, by their names.',
  },
  'POST /api/operator/accounts': {
    who: 'change-accounts',
    takes: v.object({
      body: v.strictObject({ ...newAccount.entries, password: ownPassword('account.added') }),
    }),
    answer: outcome,
    errors: ['PASSWORD_INCORRECT', 'RATE_LIMITED'],
    sentence: 'Adds a local account, and makes the link by which its owner sets a password.',
  },
  'POST /api/operator/accounts/{id}/disable': {
    who: 'change-accounts',
    takes: v.object({ parameters: ID, body: v.strictObject({ password: ownPassword('account.disabled') }) }),
    answer: outcome,
    errors: ['PASSWORD_INCORRECT', 'RATE_LIMITED'],
    sentence: 'Disables an account: its sessions end, and nobody signs in to it.',
  },
  'POST /api/operator/accounts/{id}/enable': {
    who: 'change-accounts',
    takes: v.object({ parameters: ID, body: v.strictObject({ password: ownPassword('account.enabled') }) }),
    answer: outcome,
    errors: ['PASSWORD_INCORRECT', 'RATE_LIMITED'],
    sentence: 'Enables a disabled account.',
  },
  'POST /api/operator/accounts/{id}/delete': {
    who: 'change-accounts',
    takes: v.object({ parameters: ID, body: v.strictObject({ password: ownPassword('account.deleted') }) }),
    answer: outcome,
    errors: ['PASSWORD_INCORRECT', 'RATE_LIMITED'],
    sentence: 'Deletes an account whose devices are all over. Its names stay.',
  },
  'POST /api/operator/accounts/{id}/reset': {
    who: 'change-accounts',
    takes: v.object({ parameters: ID, body: v.strictObject({ password: ownPassword('password-link.made') }) }),
    answer: outcome,
    errors: ['PASSWORD_INCORRECT', 'RATE_LIMITED'],
    sentence: 'Makes a link by which the owner of an account sets another password. The link before ends.',
  },
} as const satisfies RouteTable;
