import type { ListedProposal } from '@cardwright/cms/policies';
import { CardwrightError } from '@cardwright/protocol';
import { and, asc, eq, inArray, isNull } from 'drizzle-orm';
import { namesOf } from '../accounts/account-hands.js';
import { findIdOf } from '../accounts/local-accounts.js';
import { readIndependence } from '../accounts/power-acts.js';
import { MAY_BE_HERE } from '../accounts/standing.js';
import { record } from '../audit.js';
import { rolesWith } from '../rights.js';
import type { Database } from '../store/database.js';
import { policyProposals, userRoles, users, type User } from '../store/schema.js';

/** Who may confirm a proposal. */
export interface Confirmations {
  readonly isOwn: boolean;
  /** Why the reader cannot confirm it: user names through which they are not independent of its author. Empty if they can, or are its author. */
  readonly through: readonly string[];
  /** User names of those who can confirm it now. */
  readonly waitsFor: readonly string[];
}

/** Adds to proposals who may confirm them. */
export async function withConfirmations(
  db: Database,
  proposals: readonly ListedProposal[],
  reader: User,
): Promise<(ListedProposal & Confirmations)[]> {
  if (proposals.length === 0) return [];
  const independence = await readIndependence(db);
  const administrators = await listAdministrators(db);
  return Promise.all(
    proposals.map(async (proposal) => {
      const { id, proposedBy } = proposal;
      const author = (await findIdOf(db, proposedBy)) ?? proposedBy;
      const sharedWith = (one: string): string[] => independence.sharedWithAuthor(id, author, one);
      const isOwn = proposedBy === reader.username;
      const through = isOwn ? [] : sharedWith(reader.id);
      const nameOf = await namesOf(db, through);
      const waitsFor = administrators.filter((one) => one.id !== author && sharedWith(one.id).length === 0);
      return {
        ...proposal,
        isOwn,
        through: through.map(nameOf),
        waitsFor: waitsFor.map(({ username }) => username),
      };
    }),
  );
}

/**
 * Checks that someone is independent of the author of a proposal. A proposal that is over passes.
 *
 * @throws CardwrightError `FORBIDDEN`, which the audit log says
 */
export async function requireIndependent(db: Database, by: User, proposalId: string): Promise<void> {
  const [proposal] = await db.select().from(policyProposals).where(eq(policyProposals.id, proposalId));
  if (!proposal) return;
  const { proposedBy, model } = proposal;
  const author = (await findIdOf(db, proposedBy)) ?? proposedBy;
  const shared = (await readIndependence(db)).sharedWithAuthor(proposalId, author, by.id);
  if (shared.length === 0) return;
  const through = shared.map(await namesOf(db, shared)).join(', ');
  const detail = { model, proposedBy, through };
  await record(db, { actor: by.username, event: 'policy.changed', outcome: 'failed', personId: by.id, detail });
  throw new CardwrightError('FORBIDDEN');
}

/** Lists who may sign in and confirm proposals, by their names. */
const listAdministrators = (db: Database): Promise<Pick<User, 'id' | 'username'>[]> =>
  db
    .selectDistinct({ id: users.id, username: users.username })
    .from(userRoles)
    .innerJoin(users, eq(users.id, userRoles.userId))
    .where(and(inArray(userRoles.role, rolesWith('change-policies')), isNull(userRoles.groupName), MAY_BE_HERE))
    .orderBy(asc(users.username));
