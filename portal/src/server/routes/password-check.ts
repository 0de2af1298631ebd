import { CardwrightError, validate } from '@cardwright/protocol';
import type { FastifyRequest } from 'fastify';
import * as v from 'valibot';
import { requireOwnPassword } from '../accounts/reauthentication.js';
import type { LoginSession } from '../accounts/sessions.js';
import type { Sessions } from '../requests/request-guards.js';
import { ownPasswordIn } from './table/own-password.js';
import type { Route } from './table/route.js';

/**
 * Checks the caller's own password, if the route takes one.
 *
 * @param input the validated input of the route
 * @throws CardwrightError `LOGIN_REQUIRED` without a session; `PASSWORD_INCORRECT`, which is recorded in the audit log; RateLimited
 *   (`RATE_LIMITED`)
 */
type PasswordCheck = (session: LoginSession | null, input: unknown, request: FastifyRequest) => Promise<void>;

const withPassword = v.object({ body: v.object({ password: v.string() }) });

/** Returns the check of a route. The check does nothing if the route takes no password. */
export function passwordCheckOf({ database, verifyPassword: verify }: Sessions, { takes }: Route): PasswordCheck {
  const event = ownPasswordIn(takes);
  if (!event) return () => Promise.resolve();
  return async (session, input, request) => {
    if (!session) throw new CardwrightError('LOGIN_REQUIRED', { fresh: false });
    const { password } = validate(withPassword, input).body;
    await requireOwnPassword({ db: database.db, verify }, session.user, password, { event, address: request.ip });
  };
}
