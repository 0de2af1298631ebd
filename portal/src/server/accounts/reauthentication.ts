import { CardwrightError, text } from '@cardwright/protocol';
import * as v from 'valibot';
import { record, type AuditEntry } from '../audit.js';
import type { Database } from '../store/database.js';
import type { User } from '../store/schema.js';
import { verifyPassword } from './accounts.js';
import { limitPasswordTries } from './login-limit.js';

/**
 * Tells whether a user who is logged in knows the password, which a script in the page does not. Whoever has no session cannot use these tries
 * up.
 *
 * @param address as the socket or a trusted proxy names it
 * @throws RateLimited (`RATE_LIMITED`)
 */
export async function isOwnPassword(db: Database, user: User, password: string, address: string): Promise<boolean> {
  const attempt = { name: user.username, address, knownBrowser: `with a session of ${user.id}` };
  const check = async () => ((await verifyPassword(user, password)) ? user : undefined);
  return (await limitPasswordTries(db, attempt, check)) !== undefined;
}

/** The password of whoever calls, as a request carries it. Its brand tells that it is checked before anything is done with the request. */
export const givenPassword = () => v.pipe(text(200), v.brand('OwnPassword'));
export type OwnPassword = v.InferOutput<ReturnType<typeof givenPassword>>;

/** For what a user gives the password, and from where. */
export interface Occasion extends Pick<AuditEntry, 'event' | 'deviceId'> {
  /** As the socket or a trusted proxy names it. */
  readonly address: string;
}

/**
 * Requires the password of a user who is logged in once more. A wrong one is in the audit log.
 *
 * @throws CardwrightError `PASSWORD_INCORRECT`; RateLimited (`RATE_LIMITED`)
 */
export async function requireOwnPassword(
  db: Database,
  user: User,
  password: string,
  { address, ...told }: Occasion,
): Promise<void> {
  if (await isOwnPassword(db, user, password, address)) return;
  const detail = { reason: 'PASSWORD_INCORRECT' };
  await record(db, { actor: user.username, outcome: 'failed', detail, ...told });
  throw new CardwrightError('PASSWORD_INCORRECT');
}
