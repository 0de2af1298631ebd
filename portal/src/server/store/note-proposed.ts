import { eq } from 'drizzle-orm';
import type { Database } from './database.js';
import { powerActs, users } from './schema.js';

/** Notes that an account has proposed something. Does nothing if the author has no account. @param db the transaction that stores the proposal */
export async function noteProposed(db: Database, proposalId: string, author: string): Promise<void> {
  const [user] = await db.select({ id: users.id }).from(users).where(eq(users.username, author));
  if (!user) return;
  const row = { kind: 'proposed', what: 'policy.proposed', subjectId: user.id, proposalId } as const;
  await db.insert(powerActs).values(row).onConflictDoNothing();
}
