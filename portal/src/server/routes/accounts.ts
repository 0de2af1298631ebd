import type { FastifyInstance } from 'fastify';
import { withHands } from '../accounts/account-hands.js';
import {
  addAccount,
  confirmAccount,
  countDevices,
  deleteAccount,
  disableAccount,
  enableAccount,
  listAccounts,
  resetPassword,
  type AccountOutcome,
} from '../accounts/local-accounts.js';
import type { Actor } from '../accounts/power-acts.js';
import { addressOf } from '../accounts/password-links.js';
import type { PortalServices } from '../services.js';
import type { Database } from '../store/database.js';
import type { User } from '../store/schema.js';
import { serve } from './serve.js';
import { LOCAL_ACCOUNT_ROUTES } from './table/accounts.js';

const ACCOUNTS_PAGE = 100;

/** Serves the administration of local accounts (`LOCAL_ACCOUNT_ROUTES`). */
export function localAccountRoutes(app: FastifyInstance, services: PortalServices): void {
  const { database } = services;

  const tell = ({ refusal, link }: AccountOutcome, devices = 0) => ({
    refusal,
    link: link && { address: addressOf(services.origin, link), expiresAt: link.expiresAt },
    devices,
  });

  /** Returns the handler of a change of one account. */
  const changes =
    (change: (db: Database, id: string, by: Actor) => Promise<AccountOutcome>) =>
    async (
      { parameters: { id } }: { readonly parameters: { readonly id: string } },
      { session: { user } }: { readonly session: { readonly user: User } },
    ) => {
      const outcome = await change(database.db, id, user);
      return tell(outcome, await countDevices(database.db, id));
    };

  serve(app, services, LOCAL_ACCOUNT_ROUTES, {
    'GET /api/operator/accounts': async ({ query: { after } }, { session: { user } }) => {
      const found = await listAccounts(database.db, ACCOUNTS_PAGE + 1, after);
      const accounts = await withHands(database.db, found.slice(0, ACCOUNTS_PAGE), user.id);
      return { accounts, next: found.length > ACCOUNTS_PAGE ? (accounts.at(-1)?.username ?? null) : null };
    },

    'POST /api/operator/accounts': async ({ body }, { session: { user } }) => {
      const { username, displayName, role, email, upn, sid } = body;
      const account = { username, displayName, role, email, upn, sid };
      return tell(await addAccount(database.db, account, null, user));
    },

    'POST /api/operator/accounts/{id}/disable': changes(disableAccount),
    'POST /api/operator/accounts/{id}/enable': changes(enableAccount),
    'POST /api/operator/accounts/{id}/delete': changes(deleteAccount),
    'POST /api/operator/accounts/{id}/confirm': changes(confirmAccount),
    'POST /api/operator/accounts/{id}/reset': changes(resetPassword),
  });
}
