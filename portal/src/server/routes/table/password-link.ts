import { text } from '@cardwright/protocol/schemas';
import * as v from 'valibot';
import { MAX_PASSWORD_LENGTH, WEAKNESSES } from '../../accounts/password-rules.js';
import type { User } from '../../store/schema.js';
import { of, type RouteTable } from './route.js';

/** The token of a link: 256 bits in base64url. The page sends it in the body, so that no log of addresses has it. */
const token = v.pipe(v.string(), v.regex(/^[\w-]{43}$/));

/** The page behind a link for a new password. A link that is not good is answered alike, whatever the reason is. */
export const PASSWORD_LINK_ROUTES = {
  'POST /api/password-link': {
    who: 'anyone',
    bound: { because: 'It only reads.' },
    takes: v.object({ body: v.strictObject({ token }) }),
    answer: v.object({
      /** The owner of the account; null if the link is not good. */
      user: of<Pick<User, 'username' | 'displayName'> | null>(),
    }),
    sentence: 'Says whose password a link sets.',
  },
  'PUT /api/password-link': {
    who: 'anyone',
    bound: { because: 'A link sets a password once, and an administrator makes each.' },
    takes: v.object({ body: v.strictObject({ token, newPassword: text(MAX_PASSWORD_LENGTH) }) }),
    answer: v.object({ outcome: v.picklist(['set', 'not-valid', ...WEAKNESSES]) }),
    errors: ['RATE_LIMITED'],
    sentence: 'Sets a password by a link, once, and ends all sessions of the account.',
  },
} as const satisfies RouteTable;
