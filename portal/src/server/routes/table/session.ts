import { text } from '@cardwright/protocol/schemas';
import { LANGUAGES } from '@cardwright/words';
import * as v from 'valibot';
import type { Right } from '../../rights.js';
import { MAX_PASSWORD_LENGTH, WEAKNESSES } from '../../accounts/password-rules.js';
import { CHANGE_PROBLEMS } from '../../accounts/set-password.js';
import type { Proofs } from '../../login/proofs.js';
import type { User } from '../../store/schema.js';
import { ownPassword } from './own-password.js';
import { refused } from './refusals.js';
import { NOTHING, of, type RouteTable } from './route.js';

/** The facts about a user that pages receive. */
export interface SessionUser extends Pick<User, 'username' | 'displayName' | 'language'> {
  /** What the user may do, by which pages choose what to offer. */
  readonly rights: readonly Right[];
}

/**
 * How the second factor of a session stands: `needed` if the person has to use a passkey now, and `to-register` if the person has none yet. While it is
 * one of these two, the session permits nothing but the second step.
 */
const secondFactor = v.picklist(['given', 'needed', 'to-register', 'unneeded']);
export type ShownSecondFactor = v.InferOutput<typeof secondFactor>;

/** Schema of the answer to a login, and to a new proof of identity. */
export const opened = v.object({ user: of<SessionUser>(), secondFactor });

/** Login, logout and proofs of identity. */
export const SESSION_ROUTES = {
  'GET /api/session': {
    who: 'anyone',
    takes: NOTHING,
    answer: v.object({
      user: of<SessionUser | null>(),
      /** Set if users can sign in with a passkey instead of a password. */
      passkeys: v.boolean(),
      /** `unneeded` if nobody is signed in. */
      secondFactor,
      /** How the user can prove again who they are; null if nobody is signed in. */
      proofs: of<Proofs | null>(),
    }),
    sentence:
      'Says who is signed in, with which rights and ways of a new proof, whether the second factor was given, and whether passkeys can be used instead of passwords.',
  },
  'POST /api/session': {
    who: 'anyone',
    bound: { inside: 'sign-in' },
    takes: v.object({ body: v.strictObject({ username: text(64), password: text(200) }) }),
    answer: v.union([
      v.object({
        ...opened.entries,
        /** Why nobody could set this password today, so that its owner should change it; null if anyone could. */
        weakness: v.nullable(v.picklist(WEAKNESSES)),
      }),
      refused,
    ]),
    errors: ['LOGIN_REQUIRED', 'RATE_LIMITED'],
    sentence:
      'Signs in with the password of a local account or of a person of the directory, and says whether it should be changed.',
  },
  'PUT /api/session/language': {
    who: 'anyone',
    bound: { because: 'It writes a column of a row that is there.' },
    takes: v.object({ body: v.strictObject({ language: v.nullable(v.picklist(LANGUAGES)) }) }),
    answer: v.object({ user: of<SessionUser | null>() }),
    sentence:
      "Keeps the language of the pages with the account, before signing in with the browser and then the account; null: the browser's.",
  },
  'PUT /api/session/password': {
    who: 'own-account',
    bound: 'change',
    takes: v.object({
      body: v.strictObject({ password: ownPassword('password.changed'), newPassword: text(MAX_PASSWORD_LENGTH) }),
    }),
    answer: v.object({
      /** Why the password was not changed; null if it was. */
      problem: v.nullable(v.picklist(CHANGE_PROBLEMS)),
    }),
    errors: ['PASSWORD_INCORRECT', 'RATE_LIMITED'],
    sentence: "Changes the user's own password, and ends all other sessions.",
  },
  'DELETE /api/session': {
    who: 'anyone',
    bound: { because: 'A session ends once.' },
    takes: NOTHING,
    answer: v.object({
      user: v.null(),
      /** Address at which the user signs out of the provider too; null if there is none. */
      next: v.nullable(v.string()),
    }),
    sentence: 'Signs out, and says where one signs out of the provider too.',
  },
  'GET /api/session/proof': {
    who: 'own-account',
    takes: NOTHING,
    isBackground: true,
    answer: v.object({
      /** Set if the last proof of identity is as fresh as routes want it (`Route.fresh`). */
      isFresh: v.boolean(),
      /** Time at which the session ends at the latest. Each proof of identity puts it off. */
      endsAt: v.date(),
    }),
    sentence:
      'Says whether the last proof of identity is fresh, and when the session ends: by that a page sees a proof that was given in another window.',
  },
  'POST /api/session/proof': {
    who: 'own-account',
    bound: { inside: 'sign-in' },
    takes: v.object({ body: v.strictObject({ password: ownPassword('login.renewed') }) }),
    answer: opened,
    errors: ['PASSWORD_INCORRECT', 'SIGN_IN_UNAVAILABLE', 'RATE_LIMITED'],
    sentence: 'Proves again who the user is, in a session that replaces the one before.',
  },
} as const satisfies RouteTable;
