import { text } from '@cardwright/protocol/schemas';
import { LANGUAGES } from '@cardwright/words';
import * as v from 'valibot';
import type { User } from '../../store/schema.js';
import { ownPassword } from './own-password.js';
import { NOTHING, of, type RouteTable } from './route.js';

/** The facts about a user that pages receive. */
export type SessionUser = Pick<User, 'username' | 'displayName' | 'role' | 'language'>;

/** Schema of the answer to a login, and to a new proof of identity. */
export const opened = v.object({ user: of<SessionUser>() });

/** Login, logout and proofs of identity. */
export const SESSION_ROUTES = {
  'GET /api/session': {
    who: 'anyone',
    takes: NOTHING,
    answer: v.object({
      user: of<SessionUser | null>(),
      /** Set if users can sign in with a passkey instead of a password. */
      passkeys: v.boolean(),
    }),
    sentence: 'Says who is signed in, and whether passkeys can be used instead of passwords.',
  },
  'POST /api/session': {
    who: 'anyone',
    takes: v.object({ body: v.strictObject({ username: text(64), password: text(200) }) }),
    answer: opened,
    errors: ['LOGIN_REQUIRED', 'RATE_LIMITED'],
    sentence: 'Signs in with a password.',
  },
  'PUT /api/session/language': {
    who: 'anyone',
    takes: v.object({ body: v.strictObject({ language: v.nullable(v.picklist(LANGUAGES)) }) }),
    answer: v.object({ user: of<SessionUser | null>() }),
    sentence:
      "Keeps the language of the pages with the account, before signing in with the browser and then the account; null: the browser's.",
  },
  'DELETE /api/session': {
    who: 'anyone',
    takes: NOTHING,
    answer: v.object({
      user: v.null(),
      /** Address at which the user signs out of the provider too; null if there is none. */
      next: v.nullable(v.string()),
    }),
    sentence: 'Signs out, and says where one signs out of the provider too.',
  },
  'POST /api/session/proof': {
    who: 'user',
    takes: v.object({ body: v.strictObject({ password: ownPassword('login.renewed') }) }),
    answer: opened,
    errors: ['PASSWORD_INCORRECT', 'RATE_LIMITED'],
    sentence: 'Proves again who the user is, in a session that replaces the one before.',
  },
} as const satisfies RouteTable;
