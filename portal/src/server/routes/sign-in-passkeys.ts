import { CardwrightError } from '@cardwright/protocol';
import { decodeClientDataJSON } from '@simplewebauthn/server/helpers';
import type { FastifyInstance } from 'fastify';
import {
  CHALLENGE_LIFETIME,
  newSessionChallenge,
  takeSessionChallenge,
  type SessionPurpose,
} from '../accounts/login-challenges.js';
import { limitBeginnings, limitPasskeyTries } from '../accounts/login-limit.js';
import { findByPasskey, type PasskeyLogin } from '../accounts/passkey-login.js';
import { grantsOf } from '../accounts/roles.js';
import type { LoginSession } from '../accounts/sessions.js';
import {
  addSignInPasskey,
  credentialsOf,
  isOnSecurityKey,
  listSignInPasskeys,
  mayRegister,
  removeOwnPasskey,
  removePasskeyOf,
  renameSignInPasskey,
} from '../accounts/sign-in-passkeys.js';
import { record, type AuditEntry } from '../audit.js';
import { signInCreationOptions, verifySignInRegistration } from '../passkeys/webauthn/sign-in-registration.js';
import { reachesOf } from '../rights.js';
import type { PortalServices } from '../services.js';
import { passkeySenderOf, provedBy, requireRelyingParty, tryNameOf } from './relying-party.js';
import { serve } from './serve.js';
import { describe, describeSecondFactor, letIn, logIn } from './session.js';
import { PERSON_PASSKEY_ROUTES, SIGN_IN_PASSKEY_ROUTES } from './table/sign-in-passkeys.js';

/** Serves the second step of sign-ins, and passkeys for signing in (`SIGN_IN_PASSKEY_ROUTES`, `PERSON_PASSKEY_ROUTES`). */
export function signInPasskeyRoutes(app: FastifyInstance, services: PortalServices): void {
  const { db } = services.database;
  const senderOf = passkeySenderOf(services);
  const listOf = async (userId: string) => ({ passkeys: await listSignInPasskeys(db, userId) });

  serve(app, services, SIGN_IN_PASSKEY_ROUTES, {
    'POST /api/session/second-factor/options': async (_input, { session: { id: sessionId, user }, request }) => {
      const { rpId, service } = requireRelyingParty(services);
      await limitBeginnings(db, senderOf(request));
      const options = {
        challenge: await newSessionChallenge(db, { sessionId, purpose: 'second-factor' }),
        rpId,
        timeout: CHALLENGE_LIFETIME,
        userVerification: 'required' as const,
        allowCredentials: await credentialsOf(db, user.id, service, 'active'),
      };
      return { options };
    },

    'POST /api/session/second-factor': async ({ body: { credential } }, { session, request, reply }) => {
      const { rpId, service } = requireRelyingParty(services);
      const { user } = session;
      const check = async (): Promise<PasskeyLogin | undefined> => {
        const challenge = await takeChallengeIn(credential, { sessionId: session.id, purpose: 'second-factor' });
        if (challenge === undefined) return undefined;
        const expected = { service, rpId, origin: services.origin, challenge, userId: user.id };
        const found = await findByPasskey(db, credential, expected);
        return found?.user.id === user.id ? found : undefined;
      };
      const found = await limitPasskeyTries(db, senderOf(request), tryNameOf(credential.id), check);
      if (!found) {
        await record(db, failedBy(session, 'login.second-factor'));
        throw new CardwrightError('PASSKEY_LOGIN_REFUSED');
      }
      return logIn(services, request, reply, user, provedBy(found), session);
    },

    'GET /api/account/passkeys': (_input, { session: { user } }) => listOf(user.id),

    'POST /api/account/passkeys/options': async (_input, { session, request }) => {
      const { rpId, service } = requireRelyingParty(services);
      const { id: sessionId, user } = session;
      const present = await credentialsOf(db, user.id, service, 'not-over');
      if (!(await mayRegister(db, user.id, service, session.secondFactor))) requireSecondFactor(session);
      await limitBeginnings(db, senderOf(request));
      const challenge = await newSessionChallenge(db, { sessionId, purpose: 'registration' });
      return {
        options: signInCreationOptions({ person: user, rpId, challenge, present, timeout: CHALLENGE_LIFETIME }),
      };
    },

    'POST /api/account/passkeys': async ({ body: { credential, name } }, { session, request, reply }) => {
      const { rpId, service } = requireRelyingParty(services);
      const { user } = session;
      const check = async () => {
        const challenge = await takeChallengeIn(credential, { sessionId: session.id, purpose: 'registration' });
        if (challenge === undefined) throw new CardwrightError('PASSKEY_REFUSED', { reason: 'challenge' });
        return verifySignInRegistration({ challenge, rpId, origin: services.origin }, credential);
      };
      const { credentialId, publicKey, signCount, transports, isBackedUp } = await check().catch(
        async (error: unknown) => {
          await record(db, failedBy(session, 'sign-in-passkey.added'));
          throw error;
        },
      );
      const { secondFactor } = session;
      const passkey = { credentialId, publicKey, signCount, transports, isBackedUp, name };
      const refusal = await addSignInPasskey(db, user, passkey, { secondFactor, service });
      if (refusal === 'second-factor') throw new CardwrightError('LOGIN_REQUIRED', { fresh: true });
      const isFirst = refusal === null && secondFactor !== 'given';
      const opened = isFirst
        ? await letIn(
            services,
            request,
            reply,
            user,
            provedBy({ deviceId: null, isSecurityKey: isOnSecurityKey(passkey) }),
            session,
          )
        : { user: describe(user, session.reaches), secondFactor: await describeSecondFactor(services, user, session) };
      return { ...opened, ...(await listOf(user.id)), refusal };
    },

    'PUT /api/account/passkeys/{id}/name': async ({ parameters: { id }, body: { name } }, { session: { user } }) => {
      await renameSignInPasskey(db, user, id, name);
      return listOf(user.id);
    },

    'POST /api/account/passkeys/{id}/remove': async ({ parameters: { id } }, { session }) => {
      const { user } = session;
      const own = await listSignInPasskeys(db, user.id);
      if (own.some((one) => one.id === id)) requireSecondFactor(session);
      const service = services.passkeys.own?.service ?? null;
      const refusal = await removeOwnPasskey(db, user, id, { rule: services.secondFactor, service });
      return { ...(await listOf(user.id)), refusal };
    },
  });

  serve(app, services, PERSON_PASSKEY_ROUTES, {
    'GET /api/operator/people/{id}/passkeys': ({ parameters: { id } }) => listOf(id),

    'POST /api/operator/people/{id}/passkeys/{passkey}/remove': async ({ parameters }, { session }) => {
      const { id, passkey } = parameters;
      // Whoever takes an administrator's passkey away, and knows the password, could register another one, and be the administrator.
      const grants = await grantsOf(db, id);
      const isAdministrator = reachesOf(grants).has('change-roles');
      const isOwn = id === session.user.id;
      if (isOwn || (isAdministrator && !session.reaches.has('change-roles'))) throw new CardwrightError('FORBIDDEN');
      // Likewise whoever works for a group must not come to be a colleague.
      const mayTakeLast =
        session.reaches.get('remove-passkeys') === null || grants.every(({ role }) => role === 'user');
      const service = services.passkeys.own?.service ?? null;
      if ((await removePasskeyOf(db, id, passkey, { by: session.user, service, mayTakeLast })) === 'last')
        throw new CardwrightError('FORBIDDEN');
      return listOf(id);
    },
  });

  /**
   * Takes the challenge that a browser's answer names.
   *
   * @returns undefined if the session did not ask for it for this purpose, or if it was taken before
   */
  async function takeChallengeIn(
    { response }: { readonly response: { readonly clientDataJSON: string } },
    bound: SessionPurpose,
  ): Promise<string | undefined> {
    const challenge = challengeIn(response.clientDataJSON);
    return challenge !== undefined && (await takeSessionChallenge(db, bound, challenge)) ? challenge : undefined;
  }
}

/**
 * Requires that the second factor was given in this session.
 *
 * @throws CardwrightError `LOGIN_REQUIRED` with `fresh`
 */
function requireSecondFactor({ secondFactor }: LoginSession): void {
  if (secondFactor !== 'given') throw new CardwrightError('LOGIN_REQUIRED', { fresh: true });
}

/** Returns the entry of the audit log for a passkey that was refused. */
const failedBy = ({ user }: LoginSession, event: AuditEntry['event']): AuditEntry => ({
  actor: user.username,
  event,
  outcome: 'failed',
  personId: user.id,
  way: 'passkey',
});

/** Returns the challenge in client data (WebAuthn Level 3, 5.8.1). Returns undefined if it is not of the form in which the portal makes challenges. */
function challengeIn(clientDataJSON: string): string | undefined {
  try {
    const { challenge } = decodeClientDataJSON(clientDataJSON);
    return /^[\w-]{43}$/.test(challenge) ? challenge : undefined;
  } catch {
    // The client data are not JSON.
    return undefined;
  }
}
