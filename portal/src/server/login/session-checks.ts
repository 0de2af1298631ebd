import { eq, type SQL } from 'drizzle-orm';
import { noteLeft } from '../accounts/leaving.js';
import type { LeavingReason } from '../store/leaving-reasons.js';
import { lockRoles } from '../accounts/roles.js';
import { endSessionsWhere, type EndReason } from '../accounts/session-ends.js';
import { lockAccount } from '../accounts/standing.js';
import { log } from '../log/log.js';
import type { Database } from '../store/database.js';
import { sessions } from '../store/schema.js';
import { PersonRefused, ProofRefused, ProviderAway } from './sign-in-errors.js';
import { claimDue, ofIdentity, replaceTokens, unchanged, type DueSession } from './provider-sessions.js';
import { setStanding } from './identities.js';
import type { IssuerSettings, SignIn } from './sign-in.js';
import { standingByGroups, type Standing } from './standing-by-groups.js';

const MINUTE = 60_000;
/**
 * Milliseconds after which a session is checked again. The work runs every three minutes, so that at most seven minutes and the time of the requests
 * pass between two checks.
 */
const CHECKED_AFTER = 4 * MINUTE;
/** Milliseconds for which a provider that gave no answer is left alone. */
const LEFT_ALONE = MINUTE;
/** Maximum number of sessions that are checked at once. */
const AT_ONCE = 16;

/**
 * Checks sessions at the providers and the directory that opened them. A session ends if the provider refuses the person, if the person's roles have changed, or if the
 * settings no longer have the provider. It goes on if the provider cannot be reached, and if the provider gave no refresh token.
 *
 * A person who may no longer sign in has left (`noteLeft`). A provider that is away, or that the settings no longer have, makes nobody leave.
 */
export class SessionChecker {
  /** Time until which a provider is left alone, in milliseconds since 1970, by its name. */
  readonly #leftAlone = new Map<string, number>();

  constructor(
    private readonly db: Database,
    private readonly signIn: SignIn,
    private readonly tell: (line: string) => void = (line) => log.warn(line),
  ) {}

  /**
   * Checks some sessions whose turn it is. Returns their number.
   *
   * @param before sessions that were last checked before this moment are due
   */
  async checkDue(signal: AbortSignal, before = new Date(Date.now() - CHECKED_AFTER)): Promise<number> {
    const now = Date.now();
    const without = [...this.#leftAlone].filter(([, until]) => until > now).map(([name]) => name);
    const due = signal.aborted ? [] : await claimDue(this.db, before, without, AT_ONCE);
    await Promise.all(due.map((session) => this.#check(session)));
    return due.length;
  }

  async #check(session: DueSession): Promise<void> {
    const settings = this.signIn.settingsOf(session);
    if (!settings) return this.#end(unchanged(session), 'provider-removed');
    try {
      const { groups, tokens } = await this.signIn.look(session);
      if (tokens !== null) await replaceTokens(this.db, session, tokens);
      const current = { ...session, tokens: tokens ?? session.tokens };
      if (groups !== null) await this.#compare(current, standingByGroups(settings, groups));
    } catch (error) {
      if (error instanceof PersonRefused) await this.#refuse(session, error, settings);
      else if (error instanceof ProofRefused) await this.#end(unchanged(session), 'refused-by-provider');
      else if (error instanceof ProviderAway) this.#leaveAlone(session.provider, error);
      else throw error;
    }
  }

  /**
   * Gives a person the roles and groups that the person has at the provider by now. Ends the person's sessions if the roles have changed, or if none
   * is left. Does nothing if the session has ended, or has a newer proof: the answer is older than that.
   *
   * @param standing null if the person has no role any more
   */
  async #compare(session: DueSession, standing: Standing | null): Promise<void> {
    await this.db.transaction(async (transaction) => {
      await lockRoles(transaction);
      if ((await transaction.$count(sessions, unchanged(session))) === 0) return;
      const isChanged = await setStanding(transaction, session.userId, standing ?? { grants: [], groups: [] });
      if (standing === null) await leave(transaction, session, 'no-role');
      else if (isChanged) await end(transaction, ofIdentity(session), 'role-changed');
    });
  }

  /** Ends the session of a person whom the provider or directory refuses. If that proves that the person left, ends all sessions of the person. */
  #refuse(session: DueSession, { how }: PersonRefused, { refusalMeansLeft = false }: IssuerSettings): Promise<void> {
    return this.db.transaction(async (transaction) => {
      if (how === 'not-in-directory') await leave(transaction, session, how);
      else if (refusalMeansLeft) await leave(transaction, session, 'refused-by-provider');
      else await leaveOne(transaction, session);
    });
  }

  async #end(which: SQL | undefined, reason: EndReason): Promise<void> {
    await end(this.db, which, reason);
  }

  #leaveAlone(name: string, { message }: ProviderAway): void {
    const now = Date.now();
    if ((this.#leftAlone.get(name) ?? 0) <= now)
      this.tell(`Provider ${name} cannot be asked whether people may stay (${message}); their sessions continue.`);
    this.#leftAlone.set(name, now + LEFT_ALONE);
  }
}

const end = (db: Database, which: SQL | undefined, reason: EndReason): Promise<number> =>
  endSessionsWhere(db, which, { actor: 'portal', reason });

/** Ends all sessions of an identity, and notes that its person left. Does nothing if the session has ended, or has a newer proof. */
async function leave(transaction: Database, session: DueSession, because: LeavingReason): Promise<void> {
  await lockAccount(transaction, session.userId);
  if ((await end(transaction, unchanged(session), 'refused-by-provider')) === 0) return;
  await end(transaction, ofIdentity(session), 'refused-by-provider');
  await noteLeft(transaction, session.userId, because);
}

/**
 * Ends one session whose refresh token the provider refused. Its person may have signed out there in that browser: nothing is noted while the person has
 * another session.
 */
async function leaveOne(transaction: Database, session: DueSession): Promise<void> {
  await lockAccount(transaction, session.userId);
  if ((await end(transaction, unchanged(session), 'refused-by-provider')) === 0) return;
  const others = await transaction.$count(sessions, eq(sessions.userId, session.userId));
  if (others === 0) await noteLeft(transaction, session.userId, 'session-refused');
}
