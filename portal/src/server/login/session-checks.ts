import type { KeyRing } from '@cardwright/cms/keys';
import { eq } from 'drizzle-orm';
import { record } from '../audit.js';
import { DueWork } from '../due-work.js';
import type { Database } from '../store/database.js';
import { users } from '../store/schema.js';
import { groupsOf, type Claims } from './oidc/claims.js';
import type { OidcProvider } from './oidc/provider.js';
import { ProofRefused, ProviderAway } from './oidc/provider-error.js';
import {
  claimDue,
  endByTokens,
  endOfIdentity,
  openTokens,
  replaceTokens,
  sealTokens,
  type DueSession,
} from './provider-sessions.js';
import { roleOfGroups } from './roles-of-groups.js';
import type { SignIn } from './sign-in.js';

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
 * Checks sessions at the providers that opened them. A session ends if the provider refuses the person, if the person's role has changed, or if the
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
      await this.#tell(await endByTokens(this.db, session.tokens), session, 'provider removed');
      return;
    }
    const tokens = await openTokens(session.tokens, this.keys);
    if (tokens.refreshToken === null) return;
    try {
      const still = await provider.refresh(tokens, tokens.refreshToken, session.subject);
      await replaceTokens(this.db, session.tokens, await sealTokens(still.tokens, this.keys));
      if (still.claims !== null) await this.#compareRole(session, provider, still.claims);
    } catch (error) {
      if (error instanceof ProofRefused)
        await this.#tell(await endByTokens(this.db, session.tokens), session, 'refused');
      else if (error instanceof ProviderAway) this.#leaveAlone(provider, error);
      else throw error;
    }
  }

  /** Ends the sessions of a person whose role at the provider is another by now. The role of the account changes at once. */
  async #compareRole(session: DueSession, { settings }: OidcProvider, claims: Claims): Promise<void> {
    const role = roleOfGroups(settings, groupsOf(settings, claims));
    const [user] = await this.db.select().from(users).where(eq(users.id, session.userId));
    if (user?.role === role) return;
    if (role !== null) await this.db.update(users).set({ role }).where(eq(users.id, session.userId));
    await this.#tell(await endOfIdentity(this.db, session), session, 'role changed');
  }

  async #tell(names: readonly string[], { provider }: DueSession, reason: string): Promise<void> {
    for (const actor of names)
      await record(this.db, { actor, event: 'logout', detail: { with: provider, ended: reason } });
  }

  #leaveAlone({ name }: OidcProvider, { message }: ProviderAway): void {
    const now = Date.now();
    if ((this.#leftAlone.get(name) ?? 0) <= now)
      this.log(`Provider ${name} cannot be asked whether people may stay (${message}); their sessions go on.`);
    this.#leftAlone.set(name, now + LEFT_ALONE);
  }
}
