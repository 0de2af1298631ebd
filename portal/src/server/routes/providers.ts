import { createHash } from 'node:crypto';
import { CardwrightError } from '@cardwright/protocol';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { recordFailedLogin } from '../accounts/failed-logins.js';
import { anyKnownBrowser } from '../accounts/known-browser.js';
import { limitBeginnings, limitProviderTries } from '../accounts/login-limit.js';
import { findProvider, type LoginSession, type Proved } from '../accounts/sessions.js';
import { cookieName, cookieOptions } from '../cookies.js';
import { accountOf, findBound } from '../login/identities.js';
import { ATTEMPT_LIFETIME, beginAttempt, newBrowserSecret, takeAttempt, type Attempt } from '../login/oidc/attempts.js';
import { personOf } from '../login/oidc/claims.js';
import { ProofRefused, ProviderAway } from '../login/sign-in-errors.js';
import type { OidcProvider, SignedIn } from '../login/oidc/provider.js';
import type { ProvenPerson } from '../login/proven-person.js';
import { sealTokens } from '../login/provider-sessions.js';
import { standingByGroups } from '../login/standing-by-groups.js';
import { findRequestSession } from '../request-guards.js';
import type { PortalServices } from '../services.js';
import type { User } from '../store/schema.js';
import { serve, type Call } from './serve.js';
import { logIn } from './session.js';
import { PROVIDER_ROUTES } from './table/providers.js';
import type { Refusal } from './table/refusals.js';

type Exchange = Pick<Call<'anyone'>, 'request' | 'reply'>;

/** What a browser has brought back from a provider, after all checks. */
interface Proof {
  readonly attempt: Attempt;
  readonly person: ProvenPerson;
  readonly signedIn: SignedIn;
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
    { request, reply }: Exchange,
    provider: OidcProvider,
    about: Pick<Attempt, 'returnTo' | 'userId'>,
  ): Promise<{ url: string } | { refusal: Refusal }> {
    await limitBeginnings(database.db, senderOf(request));
    const browser = request.cookies[cookie()] ?? newBrowserSecret();
    const secrets = await beginAttempt(database.db, browser, { provider: provider.name, ...about });
    reply.setCookie(cookie(), browser, cookieOptions(services.origin, ATTEMPT_LIFETIME));
    try {
      return { url: await provider.begin(secrets, about.userId !== null) };
    } catch (error) {
      return { refusal: refusalOf(error, provider) };
    }
  }

  /**
   * Checks what a browser has brought back. The attempt cannot be used again, whatever the outcome.
   *
   * @throws ProviderAway; RateLimited (`RATE_LIMITED`)
   */
  async function prove({ request }: Exchange, provider: OidcProvider, answer: string): Promise<Proof | undefined> {
    const browser = request.cookies[cookie()];
    const state = new URLSearchParams(answer).get('state');
    return limitProviderTries(database.db, senderOf(request), keyOf(browser), provider.name, async () => {
      if (browser === undefined || state === null) return undefined;
      const attempt = await takeAttempt(database.db, browser, { state, provider: provider.name });
      if (!attempt) return undefined;
      try {
        const signedIn = await provider.finish(answer, attempt, attempt.userId !== null);
        const person = personOf(provider.settings, signedIn.claims);
        return person ? { attempt, person, signedIn } : undefined;
      } catch (error) {
        refusalOf(error, provider);
        if (error instanceof ProofRefused) return undefined;
        throw error;
      }
    });
  }

  /** Opens the session of a user whom a provider has proved. */
  async function enter(
    { request, reply }: Exchange,
    provider: OidcProvider,
    user: User,
    proof: Proof,
    renewed: LoginSession | undefined,
  ) {
    const { attempt, person, signedIn } = proof;
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
    const opened = await logIn(services, request, reply, user, proved, renewed);
    return { ...opened, returnTo: attempt.returnTo };
  }

  serve(app, services, PROVIDER_ROUTES, {
    'GET /api/session/providers': () =>
      Promise.resolve({ providers: signIn.providers.map(({ name, title }) => ({ name, title })) }),

    'POST /api/session/provider': ({ body: { provider, returnTo } }, call) =>
      begin(call, requireProvider(provider), { returnTo, userId: null }),

    'POST /api/session/proof/provider': async (_input, call) => {
      const { user } = call.session;
      const token = call.request.cookies[cookieName(services.origin, 'session')] ?? '';
      const opened = await findProvider(database.db, token);
      if (!opened) throw new CardwrightError('METHOD_NOT_FOUND');
      return begin(call, requireProvider(opened.provider), { returnTo: null, userId: user.id });
    },

    'POST /api/session/provider/answer': async ({ body }, call) => {
      const provider = requireProvider(body.provider);
      const refuse = async (refusal: Refusal, name: string | null = null) => {
        await recordFailedLogin(database.db, { name, provider: provider.name, refusal });
        return { refusal };
      };
      let proof: Proof | undefined;
      try {
        proof = await prove(call, provider, body.answer);
      } catch (error) {
        if (error instanceof ProviderAway) return { refusal: 'away' as const };
        throw error;
      }
      if (!proof) return refuse('unproved');
      const { attempt, person } = proof;
      const standing = standingByGroups(provider.settings, person.groups);
      if (standing === null) return refuse('not-permitted');
      const before = await findRequestSession(services, call.request);
      // A proof counts for the session that asked for it: of the same user, and still open.
      if (attempt.userId !== null && before?.user.id !== attempt.userId) return refuse('unproved');
      if (attempt.userId !== null && (await findBound(database.db, person))?.id !== attempt.userId)
        return refuse('unproved');
      const account = await accountOf(database.db, person, standing);
      if (account === 'taken') return refuse('taken', person.username);
      if (account === 'closed') return refuse('not-permitted');
      call.reply.clearCookie(cookie(), { path: '/' });
      const renewed = attempt.userId === null ? undefined : before;
      return enter(call, provider, account, proof, renewed);
    },
  });
}

/** Logs why a provider opened no session. Returns the refusal that the user reads. Throws any other error. */
function refusalOf(error: unknown, { name }: OidcProvider): Refusal {
  if (!(error instanceof ProviderAway) && !(error instanceof ProofRefused)) throw error;
  console.error(`provider ${name}: ${error instanceof ProviderAway ? 'cannot be used' : 'refused'} (${error.message})`);
  return error instanceof ProviderAway ? 'away' : 'unproved';
}

/** Returns the key under which the tries of a browser are counted: the hash of its cookie. */
const keyOf = (browser: string | undefined): string =>
  createHash('sha256')
    .update(browser ?? '')
    .digest('base64url');
