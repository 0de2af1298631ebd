import { eq } from 'drizzle-orm';
import type { Database } from '../store/database.js';
import { userIdentities, type User } from '../store/schema.js';

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
