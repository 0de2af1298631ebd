import { CardwrightError } from '@cardwright/protocol';
import { text } from '@cardwright/protocol/schemas';
import * as v from 'valibot';
import { record, type AuditEntry } from '../audit.js';
import type { Database } from '../store/database.js';
import type { User } from '../store/schema.js';
import { verifyPassword } from './accounts.js';
import { limitPasswordTries } from './login-limit.js';

/**
 * True if a logged-in user knows the password. A script in the page does not know it. These tries are counted separately, and nobody
 * without a session can use them up.
 *
 * @param address address of the user, as the socket or a trusted proxy reports it
 * @throws RateLimited (`RATE_LIMITED`)
 */
export async function isOwnPassword(db: Database, user: User, password: string, address: string): Promise<boolean> {
  const attempt = { name: user.username, address, knownBrowser: `with a session of ${user.id}` };
  const check = async () => ((await verifyPassword(user, password)) ? user : undefined);
  return (await limitPasswordTries(db, attempt, check)) !== undefined;
}

/** The caller's own password in a request. Its brand marks that `serve()` checks it before the request is processed. */
export const givenPassword = () => v.pipe(text(200), v.brand('OwnPassword'));
export type OwnPassword = v.InferOutput<ReturnType<typeof givenPassword>>;

/** The action and the address for which a user gives the password. */
export interface Occasion extends Pick<AuditEntry, 'event' | 'deviceId'> {
  /** Address of the user, as the socket or a trusted proxy reports it. */
  readonly address: string;
}

/**
 * Asks a logged-in user for the password again. A wrong password is recorded in the audit log.
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
