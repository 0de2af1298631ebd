import { and, asc, desc, eq, inArray, ne, type SQL } from 'drizzle-orm';
import { record, type AuditEntry } from '../audit.js';
import type { Database } from '../store/database.js';
import { sessions, type User } from '../store/schema.js';

/** Maximum number of open sessions of one person. One more ends the one that was used longest ago. */
export const MOST_SESSIONS = 20;

/** Reasons in the audit log for the end of a session, besides signing out. */
export type EndReason =
  | 'ended-by-user'
  | 'ended-by-operator'
  | 'ended-by-command'
  | 'role-changed'
  | 'account-changed'
  | 'passkeys-removed'
  | 'signed-in-again'
  | 'too-many'
  | 'signed-out-at-provider'
  | 'refused-by-provider'
  | 'provider-removed'
  | 'idle'
  | 'lifetime';

/** Which sessions of a person end, who ends them, and why. */
export interface Ending {
  /** Account of the sessions. */
  readonly userId: string;
  /** One session, or all except one; undefined for all. The id of another account's session ends nothing. */
  readonly which?: { readonly only?: string; readonly except?: string };
  /** Name of the user who ends the sessions, for the audit log. */
  readonly actor: string;
  readonly reason: EndReason;
}

/**
 * Ends sessions of a person from the next request on. Each end is an entry of the audit log. Returns the number of ended sessions. Call this in the
 * transaction that disables or deletes the account.
 */
export const endSessions = async (db: Database, { userId, which, actor, reason }: Ending): Promise<number> => {
  const condition = and(
    eq(sessions.userId, userId),
    which?.only === undefined ? undefined : eq(sessions.id, which.only),
    which?.except === undefined ? undefined : ne(sessions.id, which.except),
  );
  return endSessionsWhere(db, condition, { actor, reason });
};

/** Ends the sessions of a person that are more than `MOST_SESSIONS`: those that were used longest ago. */
export async function endSurplus(db: Database, { id, username }: User): Promise<void> {
  const surplus = db
    .select({ id: sessions.id })
    .from(sessions)
    .where(eq(sessions.userId, id))
    .orderBy(desc(sessions.lastUsedAt), asc(sessions.id))
    .offset(MOST_SESSIONS);
  await endSessionsWhere(db, inArray(sessions.id, surplus), { actor: username, reason: 'too-many' });
}

/** Ends the sessions that meet a condition. Each end is an entry of the audit log. Returns the number of ended sessions. */
export const endSessionsWhere = (
  db: Database,
  condition: SQL | undefined,
  end: Pick<Ending, 'actor' | 'reason'>,
): Promise<number> =>
  db.transaction(async (transaction) => {
    const ended = await transaction
      .delete(sessions)
      .where(condition)
      .returning({ id: sessions.id, userId: sessions.userId });
    await record(transaction, ...ended.map(({ id, userId }) => endOf(id, { userId, ...end })));
    return ended.length;
  });

/** Returns the entry of the audit log for the end of a session. */
export const endOf = (session: string, { userId, actor, reason }: Omit<Ending, 'which'>): AuditEntry => ({
  actor,
  event: 'session.ended',
  personId: userId,
  detail: { session, reason },
});
