import { createHash } from 'node:crypto';
import { CardwrightError } from '@cardwright/protocol';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { recordFailedLogin } from '../accounts/failed-logins.js';
import { anyKnownBrowser } from '../accounts/known-browser.js';
import { limitBeginnings, limitProviderTries } from '../accounts/login-limit.js';
import { findProvider, type LoginSession, type Proved } from '../accounts/sessions.js';
import { record } from '../audit.js';
import { cookieName, cookieOptions } from '../cookies.js';
import { log } from '../log/log.js';
import { accountOf, findBound, noteWithoutRole } from '../login/identities.js';
import { ATTEMPT_LIFETIME, beginAttempt, newBrowserSecret, takeAttempt, type Attempt } from '../login/oidc/attempts.js';
import { personOf } from '../login/oidc/claims.js';
import { ProofRefused, ProviderAway } from '../login/sign-in-errors.js';
import type { OidcProvider, SignedIn } from '../login/oidc/provider.js';
import type { ProvenPerson } from '../login/proven-person.js';
import { sealTokens } from '../login/provider-sessions.js';
import { standingByGroups } from '../login/standing-by-groups.js';
import { findRequestSession } from '../requests/request-guards.js';
import type { PortalServices } from '../services.js';
import type { Database } from '../store/database.js';
import type { User } from '../store/schema.js';
import { serve, type Call } from './serve.js';
import { logIn } from './session.js';
import { PROVIDER_ROUTES } from './table/providers.js';
import type { Refusal } from './table/refusals.js';

type Exchange = Pick<Call<'anyone'>, 'request' | 'reply'>;

/** Whom a provider has proved, after all checks. */
interface Proof {
  readonly person: ProvenPerson;
  readonly signedIn: SignedIn;
}

/** What a browser has brought back: undefined for what this browser has not begun, or for what proves nothing. */
interface Brought {
  readonly attempt: Attempt | undefined;
  readonly proof: Proof | undefined;
}

/**
 * Serves sign-ins at providers (`PROVIDER_ROUTES`): the authorization code flow with PKCE (RFC 7636), `state` and `nonce`. The provider sends the
 * browser to a page of the portal, and this page posts the answer. So all cookies stay `SameSite=Strict`, and no request from another site opens a
 * session.
 */
export function providerRoutes(app: FastifyInstance, services: PortalServices): void {
  const { database, keys, signIn } = services;
  const senderOf = (request: FastifyRequest) => ({
    address: request.ip,
    knownBrowser: anyKnownBrowser(request, services.origin),
  });
  const cookie = (): string => cookieName(services.origin, 'provider');

  /** @throws CardwrightError `METHOD_NOT_FOUND` if the settings have no such provider */
  function requireProvider(name: string): OidcProvider {
    const provider = signIn.find(name);
    if (!provider) throw new CardwrightError('METHOD_NOT_FOUND');
    return provider;
  }

  /** Begins an attempt of this browser. Several attempts of a browser share the cookie, so that two tabs do not disturb each other. */
  async function begin(
    { request, reply, session }: Exchange & { readonly session: LoginSession | null },
    provider: OidcProvider,
    returnTo: string | null,
  ): Promise<{ url: string } | { refusal: Refusal }> {
    await limitBeginnings(database.db, senderOf(request));
    const browser = request.cookies[cookie()] ?? newBrowserSecret();
    const secrets = await beginAttempt(
      database.db,
      { browser, session: session?.id ?? null },
      { provider: provider.name, returnTo, userId: session?.user.id ?? null },
    );
    reply.setCookie(cookie(), browser, cookieOptions(services.origin, ATTEMPT_LIFETIME));
    try {
      return { url: await provider.begin(secrets, session !== null) };
    } catch (error) {
      return { refusal: refusalOf(error, provider) };
    }
  }

  /**
   * Checks what a browser has brought back. The attempt cannot be used again, whatever the outcome.
   *
   * @param session session of the browser, whose user may have proved again who they are
   * @throws RateLimited (`RATE_LIMITED`)
   */
  async function prove(
    { request }: Exchange,
    provider: OidcProvider,
    answer: string,
    session: LoginSession | undefined,
  ): Promise<Brought | { readonly attempt: Attempt | undefined; readonly refusal: 'away' }> {
    const browser = request.cookies[cookie()];
    const state = new URLSearchParams(answer).get('state');
    let attempt: Awaited<ReturnType<typeof takeAttempt>>;
    const finish = async (): Promise<Proof | undefined> => {
      if (browser === undefined || state === null) return undefined;
      const seat = { browser, session: session?.id ?? null };
      attempt = await takeAttempt(database.db, seat, { state, provider: provider.name });
      if (!attempt) return undefined;
      try {
        const signedIn = await provider.finish(answer, attempt, attempt.userId !== null);
        const person = personOf(provider.settings, signedIn.claims);
        return person ? { person, signedIn } : undefined;
      } catch (error) {
        refusalOf(error, provider);
        if (error instanceof ProofRefused) return undefined;
        throw error;
      }
    };
    try {
      const sender = senderOf(request);
      const proof = await limitProviderTries(database.db, sender, keyOf(browser), provider.name, finish);
      return { attempt, proof };
    } catch (error) {
      if (error instanceof ProviderAway) return { attempt, refusal: 'away' };
      throw error;
    }
  }

  /** Opens the session of a user whom a provider has proved. */
  async function enter(
    { request, reply }: Exchange,
    provider: OidcProvider,
    user: User,
    { person, signedIn }: Proof,
    renewed: LoginSession | undefined,
  ) {
    const { issuer, subject } = person;
    const proved: Proved = {
      by: provider.name,
      device: null,
      at: signedIn.provedAt,
      isTwoFactors: signedIn.isTwoFactors,
      provider: {
        provider: provider.name,
        issuer,
        subject,
        sid: signedIn.sid,
        tokens: await sealTokens(signedIn.tokens, keys),
      },
    };
    return logIn(services, request, reply, user, proved, renewed);
  }

  serve(app, services, PROVIDER_ROUTES, {
    'GET /api/session/providers': () =>
      Promise.resolve({ providers: signIn.providers.map(({ name, title }) => ({ name, title })) }),

    'POST /api/session/provider': ({ body: { provider, returnTo } }, call) =>
      begin(call, requireProvider(provider), returnTo),

    'POST /api/session/proof/provider': async (_input, call) => {
      const token = call.request.cookies[cookieName(services.origin, 'session')] ?? '';
      const opened = await findProvider(database.db, token);
      if (!opened) throw new CardwrightError('METHOD_NOT_FOUND');
      return begin(call, requireProvider(opened.provider), null);
    },

    'POST /api/session/provider/answer': async ({ body }, call) => {
      const provider = requireProvider(body.provider);
      const before = await findRequestSession(services, call.request);
      const brought = await prove(call, provider, body.answer, before);
      const { attempt } = brought;
      const isProof = attempt !== undefined && attempt.userId !== null;
      const refuse = async (refusal: Refusal, name: string | null = null) => {
        if (isProof && before) await recordFailedProof(database.db, before, provider, refusal);
        else await recordFailedLogin(database.db, { name, provider: provider.name, refusal });
        return { refusal, isProof };
      };
      if ('refusal' in brought) return { refusal: brought.refusal, isProof };
      const { proof } = brought;
      if (!attempt || !proof) return refuse('unproved');
      const { person } = proof;
      const standing = standingByGroups(provider.settings, person.groups);
      if (standing === null) {
        await noteWithoutRole(database.db, person);
        return refuse('not-permitted');
      }
      // The session that asked for a proof is known already. The proof has to be one of its user, too.
      if (isProof && (await findBound(database.db, person))?.id !== attempt.userId) return refuse('unproved');
      const account = await accountOf(database.db, person, standing);
      if (account === 'taken') return refuse('taken', person.username);
      if (account === 'closed') return refuse('not-permitted');
      call.reply.clearCookie(cookie(), { path: '/' });
      const opened = await enter(call, provider, account, proof, isProof ? before : undefined);
      return { ...opened, returnTo: attempt.returnTo, isProof };
    },
  });
}

/** Records in the audit log that a user who is signed in proved nothing at the provider. */
const recordFailedProof = (db: Database, { user }: LoginSession, { name: way }: OidcProvider, refusal: Refusal) =>
  record(db, {
    actor: user.username,
    event: 'login.renewed',
    outcome: 'failed',
    personId: user.id,
    way,
    detail: { refusal },
  });

/** Logs why a provider opened no session. Returns the refusal that the user reads. Throws any other error. */
function refusalOf(error: unknown, { name }: OidcProvider): Refusal {
  if (!(error instanceof ProviderAway) && !(error instanceof ProofRefused)) throw error;
  const isAway = error instanceof ProviderAway;
  log.warn(`Provider ${name} ${isAway ? 'cannot be used' : 'proves nobody'}.`, { reason: error.message });
  return isAway ? 'away' : 'unproved';
}

/** Returns the key under which the tries of a browser are counted: the hash of its cookie. */
const keyOf = (browser: string | undefined): string =>
  createHash('sha256')
    .update(browser ?? '')
    .digest('base64url');
