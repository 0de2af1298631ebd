import { and, eq, exists, isNull, lt, notInArray, or, sql } from 'drizzle-orm';
import { noteLeft } from '../accounts/leaving.js';
import type { LeavingReason } from '../store/leaving-reasons.js';
import { endSessionsWhere } from '../accounts/session-ends.js';
import { lockAccount, MAY_BE_HERE } from '../accounts/standing.js';
import { log } from '../log/log.js';
import type { Database } from '../store/database.js';
import { OVER } from '../store/device-list.js';
import { devices, userIdentities, users } from '../store/schema.js';
import type { Directory } from './ldap/directory.js';
import { ofIdentity } from './provider-sessions.js';
import { ProviderAway } from './sign-in-errors.js';
import { standingByGroups } from './standing-by-groups.js';

const HOUR = 60 * 60_000;
const DAY = 24 * HOUR;
/** Maximum number of people for whom the directory is asked at once. */
const AT_ONCE = 16;

/** An identity whose turn it is. */
interface DueIdentity {
  readonly issuer: string;
  readonly subject: string;
  readonly userId: string;
  /** Time at which it was claimed. */
  readonly askedAt: Date;
}

/**
 * Asks the directory once a day for each person with a device in use. A person whom it does not have any more, or who has no role here by their
 * groups, has left. OpenID Providers cannot be asked for a person without a session.
 */
export class LeaverChecker {
  constructor(
    private readonly db: Database,
    private readonly directory: Directory | null,
    private readonly tell: (line: string) => void = (line) => log.warn(line),
  ) {}

  /**
   * Asks for some people whose turn it is. Returns their number; 0 if the directory is away, so that the next run waits.
   *
   * @param before people who last signed in, or were asked for, before this moment are due
   */
  async checkDue(signal: AbortSignal, before = new Date(Date.now() - DAY)): Promise<number> {
    const { directory } = this;
    if (directory === null || signal.aborted) return 0;
    const due = await claimDue(this.db, directory.issuer, before);
    const answers = await Promise.all(due.map((identity) => this.#check(directory, identity)));
    const away = answers.find((answer) => answer !== null);
    if (away)
      this.tell(`Directory ${directory.name} cannot be asked who left (${away.message}); nobody counts as left.`);
    return away ? 0 : due.length;
  }

  /** Asks for one person. Returns the error if nothing is known; the person is then due in an hour. */
  async #check(directory: Directory, identity: DueIdentity): Promise<ProviderAway | null> {
    try {
      const person = await directory.find(identity.subject);
      if (!person) await this.#leave(identity, 'not-in-directory');
      else if (standingByGroups(directory.settings, person.groups) === null) await this.#leave(identity, 'no-role');
      return null;
    } catch (error) {
      if (!(error instanceof ProviderAway)) throw error;
      await this.db
        .update(userIdentities)
        .set({ askedAt: new Date(Date.now() - DAY + HOUR) })
        .where(isThis(identity));
      return error;
    }
  }

  /** Notes that a person left, unless the person has signed in since the directory was asked. */
  #leave(identity: DueIdentity, because: LeavingReason): Promise<void> {
    return this.db.transaction(async (transaction) => {
      await lockAccount(transaction, identity.userId);
      const isLatest = and(isThis(identity), eq(userIdentities.askedAt, identity.askedAt));
      if ((await transaction.$count(userIdentities, isLatest)) === 0) return;
      await endSessionsWhere(transaction, ofIdentity(identity), { actor: 'portal', reason: 'refused-by-provider' });
      await noteLeft(transaction, identity.userId, because);
    });
  }
}

const isThis = ({ issuer, subject }: Pick<DueIdentity, 'issuer' | 'subject'>) =>
  and(eq(userIdentities.issuer, issuer), eq(userIdentities.subject, subject));

/**
 * Claims identities of an issuer that were last asked for before a moment, the longest ago first: they count as asked for now, and no other process
 * claims them. Leaves out people without a device in use, and those who left already.
 */
async function claimDue(db: Database, issuer: string, before: Date): Promise<DueIdentity[]> {
  const hasDevice = exists(
    db
      .select({ id: devices.id })
      .from(devices)
      .where(and(eq(devices.ownerId, userIdentities.userId), notInArray(devices.state, [...OVER]))),
  );
  return db.transaction(async (transaction) => {
    const askedAt = new Date();
    const rows = await transaction
      .select({ issuer: userIdentities.issuer, subject: userIdentities.subject, userId: userIdentities.userId })
      .from(userIdentities)
      .innerJoin(users, eq(users.id, userIdentities.userId))
      .where(
        and(
          eq(userIdentities.issuer, issuer),
          or(isNull(userIdentities.askedAt), lt(userIdentities.askedAt, before)),
          MAY_BE_HERE,
          hasDevice,
        ),
      )
      .orderBy(sql`${userIdentities.askedAt} NULLS FIRST`, userIdentities.subject)
      .limit(AT_ONCE)
      .for('update', { of: userIdentities, skipLocked: true });
    for (const identity of rows) await transaction.update(userIdentities).set({ askedAt }).where(isThis(identity));
    return rows.map((identity) => ({ ...identity, askedAt }));
  });
}
