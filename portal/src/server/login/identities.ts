import { randomUUID } from 'node:crypto';
import { and, eq, ne, or, sql } from 'drizzle-orm';
import type { Database } from '../store/database.js';
import { userIdentities, users, type Role, type User } from '../store/schema.js';
import type { ProvenPerson } from './proven-person.js';

/** The account of a proven person; `isNew` is set if the account was made now. */
export interface PersonAccount {
  readonly user: User;
  readonly isNew: boolean;
}

/**
 * Returns the account that is bound to a person's issuer and subject, with the person's present details and role. Makes the account if there is
 * none. The user name of an account stays as it was first given, because the audit log names people by it.
 *
 * Returns undefined and changes nothing if the user name, the UPN or the SID belongs to another account. An equal name never finds an account, so
 * nobody takes over an account by being renamed at a provider.
 */
export async function accountOf(db: Database, person: ProvenPerson, role: Role): Promise<PersonAccount | undefined> {
  const details = {
    displayName: person.displayName,
    email: person.email,
    upn: person.upn,
    sid: person.sid,
    role,
  };
  // The second round finds the account that a concurrent sign-in of the same person has made.
  for (let round = 0; round < 2; round++) {
    const found = await db.transaction(async (transaction) => {
      const known = await findBound(transaction, person);
      if (await isOfAnother(transaction, person, known?.id ?? null)) return undefined;
      if (known) {
        const [user] = await transaction.update(users).set(details).where(eq(users.id, known.id)).returning();
        return user && { user, isNew: false };
      }
      const [user] = await transaction
        .insert(users)
        .values({ id: randomUUID(), username: person.username, passwordHash: null, ...details })
        .onConflictDoNothing()
        .returning();
      if (!user) return undefined;
      const { issuer, subject } = person;
      await transaction.insert(userIdentities).values({ issuer, subject, userId: user.id });
      return { user, isNew: true };
    });
    if (found) return found;
  }
  return undefined;
}

/** Returns the user who is bound to an issuer and subject; undefined if nobody is. */
export async function findBound(
  db: Database,
  { issuer, subject }: Pick<ProvenPerson, 'issuer' | 'subject'>,
): Promise<User | undefined> {
  const [row] = await db
    .select({ user: users })
    .from(userIdentities)
    .innerJoin(users, eq(users.id, userIdentities.userId))
    .where(and(eq(userIdentities.issuer, issuer), eq(userIdentities.subject, subject)));
  return row?.user;
}

/**
 * Resolves with true if a provider or directory signs a user in. Nothing else opens a session for such a user, because a person who is refused there
 * would otherwise come in by a password or passkey of the account.
 */
export async function isBound(db: Database, { id }: Pick<User, 'id'>): Promise<boolean> {
  const rows = await db
    .select({ subject: userIdentities.subject })
    .from(userIdentities)
    .where(eq(userIdentities.userId, id))
    .limit(1);
  return rows.length > 0;
}

/** Resolves with true if the UPN or SID of a person belongs to another account than the given one. Upper and lower case are the same. */
async function isOfAnother(db: Database, { upn, sid }: ProvenPerson, userId: string | null): Promise<boolean> {
  const same = or(
    ...(upn === null ? [] : [sql`lower(${users.upn}) = lower(${upn})`]),
    ...(sid === null ? [] : [sql`upper(${users.sid}) = upper(${sid})`]),
  );
  if (same === undefined) return false;
  const others = await db
    .select({ id: users.id })
    .from(users)
    .where(and(same, userId === null ? undefined : ne(users.id, userId)))
    .limit(1);
  return others.length > 0;
}
