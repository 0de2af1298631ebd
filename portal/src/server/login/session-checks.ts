import type { KeyRing } from '@cardwright/cms/keys';
import type { SQL } from 'drizzle-orm';
import { endSessionsWhere, type EndReason } from '../accounts/sessions.js';
import { DueWork } from '../due-work.js';
import type { Database } from '../store/database.js';
import { groupsOf, type Claims } from './oidc/claims.js';
import type { OidcProvider } from './oidc/provider.js';
import { ProofRefused, ProviderAway } from './oidc/provider-error.js';
import {
  claimDue,
  ofIdentity,
  openTokens,
  replaceTokens,
  sealTokens,
  withTokens,
  type DueSession,
} from './provider-sessions.js';
import { setStanding } from './identities.js';
import type { SignIn } from './sign-in.js';
import { standingByGroups } from './standing-by-groups.js';

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
 * Checks sessions at the providers that opened them. A session ends if the provider refuses the person, if the person's roles have changed, or if the
 * settings no longer have the provider. It goes on if the provider cannot be reached, and if the provider gave no refresh token.
 */
export class SessionChecker {
  /** Time until which a provider is left alone, in milliseconds since 1970, by its name. */
  readonly #leftAlone = new Map<string, number>();

  constructor(
    private readonly db: Database,
    private readonly keys: KeyRing,
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
    const provider = this.signIn.find(session.provider);
    if (provider?.settings.issuer !== session.issuer) {
      await this.#end(withTokens(session.tokens), 'provider-removed');
      return;
    }
    const tokens = await openTokens(session.tokens, this.keys);
    if (tokens.refreshToken === null) return;
    try {
      const still = await provider.refresh(tokens, tokens.refreshToken, session.subject);
      await replaceTokens(this.db, session.tokens, await sealTokens(still.tokens, this.keys));
      if (still.claims !== null) await this.#compare(session, provider, still.claims);
    } catch (error) {
      if (error instanceof ProofRefused) await this.#end(withTokens(session.tokens), 'refused-by-provider');
      else if (error instanceof ProviderAway) this.#leaveAlone(provider, error);
      else throw error;
    }
  }

  /**
   * Gives a person the roles and groups that the person has at the provider by now. Ends the person's sessions if the roles have changed, or if none
   * is left.
   */
  async #compare(session: DueSession, { settings }: OidcProvider, claims: Claims): Promise<void> {
    const standing = standingByGroups(settings, groupsOf(settings, claims));
    const isChanged = await this.db.transaction((transaction) =>
      setStanding(transaction, session.userId, standing ?? { grants: [], groups: [] }),
    );
    if (standing === null) await this.#end(ofIdentity(session), 'refused-by-provider');
    else if (isChanged) await this.#end(ofIdentity(session), 'role-changed');
  }

  async #end(which: SQL | undefined, reason: EndReason): Promise<void> {
    await endSessionsWhere(this.db, which, { actor: 'portal', reason });
  }

  #leaveAlone({ name }: OidcProvider, { message }: ProviderAway): void {
    const now = Date.now();
    if ((this.#leftAlone.get(name) ?? 0) <= now)
      this.log(`Provider ${name} cannot be asked whether people may stay (${message}); their sessions go on.`);
    this.#leftAlone.set(name, now + LEFT_ALONE);
  }
}
