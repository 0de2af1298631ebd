import { CardwrightError } from '@cardwright/protocol';
import type { FastifyInstance } from 'fastify';
import * as v from 'valibot';
import { recordFailedLogin } from '../accounts/failed-logins.js';
import { CHALLENGE_LIFETIME, newChallenge, takeChallenge } from '../accounts/login-challenges.js';
import { limitBeginnings, limitPasskeyTries } from '../accounts/login-limit.js';
import { findByPasskey, type Assertion, type PasskeyLogin } from '../accounts/passkey-login.js';
import { record } from '../audit.js';
import { cookieName, cookieOptions } from '../cookies.js';
import { isBound } from '../accounts/bound.js';
import type { PortalServices } from '../services.js';
import { passkeySenderOf, provedBy, requireRelyingParty, tryNameOf } from './relying-party.js';
import { serve, type Call } from './serve.js';
import { logIn } from './session.js';
import { PASSKEY_LOGIN_ROUTES } from './table/passkey-login.js';
import { uuid } from './table/route.js';

/**
 * Serves logins with a passkey (`PASSKEY_LOGIN_ROUTES`). The options that the browser gets name no credential, so the authenticator finds the
 * passkey itself, and the browser can offer the passkey in the field for the user name. The challenge is valid for one attempt, in the browser
 * that got the cookie with the challenge's id.
 */
export function passkeyLoginRoutes(app: FastifyInstance, services: PortalServices): void {
  const { database } = services;
  const senderOf = passkeySenderOf(services);
  const cookie = (): string => cookieName(services.origin, 'passkey');

  /**
   * Returns the user of the passkey in a request, and the passkey's device. The challenge of the request cannot be used again.
   *
   * @param isMeant returns false if the passkey does not belong to the expected user
   * @param onRefusal records that the passkey was refused
   * @throws CardwrightError `PASSKEY_LOGIN_REFUSED`; `METHOD_NOT_FOUND` if the portal's origin permits no passkeys; RateLimited (`RATE_LIMITED`)
   */
  async function requireSigner(
    { request, reply }: Pick<Call<'anyone'>, 'request' | 'reply'>,
    credential: Assertion,
    isMeant: (login: PasskeyLogin) => boolean | Promise<boolean>,
    onRefusal: () => Promise<void>,
  ): Promise<PasskeyLogin> {
    const { service, rpId } = requireRelyingParty(services);
    const { origin } = services;
    const id = request.cookies[cookie()];
    reply.clearCookie(cookie(), { path: '/' });
    const found = await limitPasskeyTries(database.db, senderOf(request), tryNameOf(credential.id), async () => {
      const challenge = v.is(uuid, id) ? await takeChallenge(database.db, id) : undefined;
      if (challenge === undefined) return undefined;
      const login = await findByPasskey(database.db, credential, { service, rpId, origin, challenge });
      return login && (await isMeant(login)) ? login : undefined;
    });
    if (found) return found;
    await onRefusal();
    throw new CardwrightError('PASSKEY_LOGIN_REFUSED');
  }

  serve(app, services, PASSKEY_LOGIN_ROUTES, {
    'POST /api/session/passkey/options': async (_input, { request, reply }) => {
      const { rpId } = requireRelyingParty(services);
      await limitBeginnings(database.db, senderOf(request));
      const { id, challenge } = await newChallenge(database.db);
      reply.setCookie(cookie(), id, cookieOptions(services.origin, CHALLENGE_LIFETIME));
      return { options: { challenge, rpId, timeout: CHALLENGE_LIFETIME, userVerification: 'required' as const } };
    },

    'POST /api/session/passkey': async ({ body: { credential } }, call) => {
      const { request, reply } = call;
      const signer = await requireSigner(
        call,
        credential,
        // A person whom a provider signs in has to be asked for there. The passkey proves again who the person is, and opens no session.
        async ({ user }) => !(await isBound(database.db, user)),
        () => recordFailedLogin(database.db, { name: null }),
      );
      return logIn(services, request, reply, signer.user, provedBy(signer));
    },

    'POST /api/session/proof/passkey': async ({ body: { credential } }, call) => {
      const { session, request, reply } = call;
      const { user } = session;
      const failed = { actor: user.username, event: 'login.renewed', outcome: 'failed', personId: user.id } as const;
      const signer = await requireSigner(
        call,
        credential,
        (login) => login.user.id === user.id,
        () => record(database.db, { ...failed, way: 'passkey' }),
      );
      return logIn(services, request, reply, user, provedBy(signer), session);
    },
  });
}
