import type { SQL } from 'drizzle-orm';
import { endSessionsWhere, type EndReason } from '../accounts/sessions.js';
import { DueWork } from '../due-work.js';
import type { Database } from '../store/database.js';
import { ProofRefused, ProviderAway } from './sign-in-errors.js';
import { claimDue, ofIdentity, replaceTokens, unchanged, type DueSession } from './provider-sessions.js';
import { setStanding } from './identities.js';
import type { SignIn } from './sign-in.js';
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

/** Asks providers whether the people whom they signed in may stay (`SessionChecker`). */
export class SessionChecks extends DueWork {
  /** @param checkDue checks some sessions and returns their number; stops soon once `signal` is aborted */
  constructor(checkDue: (signal: AbortSignal) => Promise<number>) {
    super(checkDue, (problem) => `Sessions could not be checked (${problem}); the portal tries again.`);
  }
}

/**
 * Checks sessions at the providers and the directory that opened them. A session ends if the provider refuses the person, if the person's roles have changed, or if the
 * settings no longer have the provider. It goes on if the provider cannot be reached, and if the provider gave no refresh token.
 */
export class SessionChecker {
  /** Time until which a provider is left alone, in milliseconds since 1970, by its name. */
  readonly #leftAlone = new Map<string, number>();

  constructor(
    private readonly db: Database,
    private readonly signIn: SignIn,
    private readonly log: (line: string) => void = console.error,
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
      if (groups !== null) await this.#compare(session, standingByGroups(settings, groups));
    } catch (error) {
      if (error instanceof ProofRefused) await this.#end(unchanged(session), 'refused-by-provider');
      else if (error instanceof ProviderAway) this.#leaveAlone(session.provider, error);
      else throw error;
    }
  }

  /**
   * Gives a person the roles and groups that the person has at the provider by now. Ends the person's sessions if the roles have changed, or if none
   * is left.
   *
   * @param standing null if the person has no role any more
   */
  async #compare(session: DueSession, standing: Standing | null): Promise<void> {
    const isChanged = await this.db.transaction((transaction) =>
      setStanding(transaction, session.userId, standing ?? { grants: [], groups: [] }),
    );
    if (standing === null) await this.#end(ofIdentity(session), 'refused-by-provider');
    else if (isChanged) await this.#end(ofIdentity(session), 'role-changed');
  }

  async #end(which: SQL | undefined, reason: EndReason): Promise<void> {
    await endSessionsWhere(this.db, which, { actor: 'portal', reason });
  }

  #leaveAlone(name: string, { message }: ProviderAway): void {
    const now = Date.now();
    if ((this.#leftAlone.get(name) ?? 0) <= now)
      this.log(`Provider ${name} cannot be asked whether people may stay (${message}); their sessions continue.`);
    this.#leftAlone.set(name, now + LEFT_ALONE);
  }
}
