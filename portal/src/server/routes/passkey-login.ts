import { createHash } from 'node:crypto';
import { CardwrightError } from '@cardwright/protocol';
import type { FastifyInstance } from 'fastify';
import * as v from 'valibot';
import { CHALLENGE_LIFETIME, newChallenge, takeChallenge } from '../accounts/login-challenges.js';
import { limitBeginnings, limitTries } from '../accounts/login-limit.js';
import { assertion, findByPasskey } from '../accounts/passkey-login.js';
import { record } from '../audit.js';
import type { OwnRelyingParty } from '../passkeys/open-passkey-services.js';
import { cookieName, isSecure, readBody } from '../request-guards.js';
import type { Services } from '../services.js';
import { logIn } from './session.js';

const SECOND = 1000;
const nothing = v.strictObject({});
const answer = v.strictObject({ credential: assertion });

/**
 * Logging in with a passkey of a device, where the portal is a relying party:
 *
 *     POST /api/session/passkey/options  {}              -> { options }: PublicKeyCredentialRequestOptionsJSON, and a cookie
 *     POST /api/session/passkey          { credential }  -> { user }; 409 PASSKEY_LOGIN_REFUSED, 429 RATE_LIMITED with retry-after
 *
 * The options name no credential, so that the authenticator finds the passkey, and the browser may offer it in the name's field. Their
 * challenge is good for one attempt in the browser that got the cookie.
 */
export function passkeyLoginRoutes(app: FastifyInstance, services: Services): void {
  const { store } = services;
  const cookie = (): string => `${cookieName(services.origin)}-passkey`;

  app.post('/api/session/passkey/options', async (request, reply) => {
    readBody(nothing, request);
    const { rpId } = requireOwn(services);
    await limitBeginnings(store.db, request.ip);
    const { id, challenge } = await newChallenge(store.db);
    reply.setCookie(cookie(), id, {
      path: '/',
      httpOnly: true,
      sameSite: 'strict',
      secure: isSecure(services.origin),
      maxAge: CHALLENGE_LIFETIME / SECOND,
    });
    return { options: { challenge, rpId, timeout: CHALLENGE_LIFETIME, userVerification: 'required' } };
  });

  app.post('/api/session/passkey', async (request, reply) => {
    const { credential } = readBody(answer, request);
    const { service, rpId } = requireOwn(services);
    const { origin } = services;
    const id = request.cookies[cookie()];
    reply.clearCookie(cookie(), { path: '/' });
    const found = await limitTries(store.db, tryNameOf(credential.id), request.ip, async () => {
      const challenge = v.is(v.pipe(v.string(), v.uuid()), id) ? await takeChallenge(store.db, id) : undefined;
      return challenge === undefined
        ? undefined
        : findByPasskey(store.db, credential, { service, rpId, origin, challenge });
    });
    await record(store.db, {
      actor: found?.user.username ?? 'anonymous',
      event: 'login',
      outcome: found ? 'ok' : 'failed',
      deviceId: found?.deviceId ?? null,
      detail: { with: 'passkey' },
    });
    if (!found) throw new CardwrightError('PASSKEY_LOGIN_REFUSED');
    return logIn(services, request, reply, found.user);
  });
}

/** @throws CardwrightError `METHOD_NOT_FOUND` where the portal is no relying party */
function requireOwn({ passkeys: { own } }: Services): OwnRelyingParty {
  if (!own) throw new CardwrightError('METHOD_NOT_FOUND');
  return own;
}

/** What tries of one passkey are counted under; a credential id may be long. */
const tryNameOf = (credentialId: string): string =>
  `passkey ${createHash('sha256').update(credentialId).digest('base64url')}`;
