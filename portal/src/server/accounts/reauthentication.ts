import { CardwrightError } from '@cardwright/protocol';
import { text } from '@cardwright/protocol/schemas';
import * as v from 'valibot';
import { record, type AuditEntry } from '../audit.js';
import type { Database } from '../store/database.js';
import type { User } from '../store/schema.js';
import { limitPasswordTries, type CountEntry } from './login-limit.js';

/** Checks of a user's password. Each resolves with true if the password is right. Where it is checked says the name of the member (`PasswordChecks`). */
export interface OwnPasswordChecks {
  readonly here?: (password: string) => Promise<boolean>;
  readonly elsewhere?: (password: string, countEntry: CountEntry) => Promise<boolean>;
}

/** Returns how the password of a user is checked. */
export type VerifyPassword = (user: User) => Promise<OwnPasswordChecks>;

/** The database, and the check of passwords. */
export interface PasswordServices {
  readonly db: Database;
  readonly verify: VerifyPassword;
}

/**
 * Resolves with true if a text is the password of a logged-in user. The password proves more than the session, because a script in the page does
 * not know the password. The tries are counted apart from tries of browsers in which the user has never logged in, so strangers cannot use up the
 * allowed tries.
 *
 * @param address address of the user, as the socket or a trusted proxy reports it
 * @throws RateLimited (`RATE_LIMITED`)
 */
export async function isOwnPassword(
  { db, verify }: PasswordServices,
  user: User,
  password: string,
  address: string,
): Promise<boolean> {
  const attempt = { name: user.username, address, knownBrowser: `with a session of ${user.id}` };
  const { here, elsewhere } = await verify(user);
  const found = (isRight: boolean) => (isRight ? user : undefined);
  const proved = await limitPasswordTries(db, attempt, {
    here: here && (() => here(password).then(found)),
    elsewhere: elsewhere && ((countEntry) => elsewhere(password, countEntry).then(found)),
  });
  return proved !== undefined;
}

/**
 * Returns the schema of the caller's own password in a request. The brand of the output type (`OwnPassword`) marks a password that `serve()`
 * checks before the handler runs.
 */
export const givenPassword = () => v.pipe(text(200), v.brand('OwnPassword'));
export type OwnPassword = v.InferOutput<ReturnType<typeof givenPassword>>;

/** The action for which a user gives the password, and the address of the user. */
export interface Occasion extends Pick<AuditEntry, 'event' | 'deviceId'> {
  /** Address of the user, as the socket or a trusted proxy reports it. */
  readonly address: string;
}

/**
 * Checks the password that a logged-in user has given again. A wrong password is recorded in the audit log.
 *
 * @throws CardwrightError `PASSWORD_INCORRECT`; `SIGN_IN_UNAVAILABLE` if the directory that knows the password cannot be asked; RateLimited (`RATE_LIMITED`)
 */
export async function requireOwnPassword(
  services: PasswordServices,
  user: User,
  password: string,
  { address, ...told }: Occasion,
): Promise<void> {
  if (await isOwnPassword(services, user, password, address)) return;
  const detail = { reason: 'PASSWORD_INCORRECT' };
  await record(services.db, {
    actor: user.username,
    outcome: 'failed',
    personId: user.id,
    way: 'password',
    detail,
    ...told,
  });
  throw new CardwrightError('PASSWORD_INCORRECT');
}
