import { registrationResponse, type CreationOptions, type RegistrationResponse } from '@cardwright/protocol/passkeys';
import * as v from 'valibot';
import {
  MOST_PASSKEYS,
  passkeyName,
  type ListedPasskey,
  type NamedCredential,
} from '../../accounts/sign-in-passkeys.js';
import { EMPTY, ID, NOTHING, of, uuid, type RouteTable } from './route.js';
import { credential } from './passkey-login.js';
import { opened } from './session.js';

/** `PublicKeyCredentialRequestOptionsJSON` (WebAuthn Level 3, 5.1). */
const requestOptions = v.object({
  challenge: v.string(),
  rpId: v.string(),
  /** Milliseconds for which the browser waits for the user. */
  timeout: v.number(),
  userVerification: v.literal('required'),
  /** The user's passkeys that count now. */
  allowCredentials: of<NamedCredential[]>(),
});

/** Schema of a registration: the browser's answer as JSON. */
const registration: v.GenericSchema<object, RegistrationResponse> = v.pipe(of<object>(), registrationResponse);

const listed = v.object({ passkeys: of<readonly ListedPasskey[]>() });

/**
 * The second step of a sign-in, and the user's own passkeys for signing in. Whoever has passkeys registers and removes them only in a session in which one
 * was used; otherwise the routes answer `LOGIN_REQUIRED` with `fresh`, as without a fresh proof.
 */
export const SIGN_IN_PASSKEY_ROUTES = {
  'POST /api/session/second-factor/options': {
    who: 'own-account',
    bound: 'change',
    takes: v.object({ body: EMPTY }),
    answer: v.object({ options: requestOptions }),
    errors: ['METHOD_NOT_FOUND', 'RATE_LIMITED'],
    isSecondStep: true,
    sentence: "Gives a challenge that one of the user's passkeys signs, for one attempt in this session.",
  },
  'POST /api/session/second-factor': {
    who: 'own-account',
    bound: { inside: 'sign-in' },
    takes: v.object({ body: v.strictObject({ credential }) }),
    answer: opened,
    errors: ['METHOD_NOT_FOUND', 'PASSKEY_LOGIN_REFUSED', 'RATE_LIMITED'],
    isSecondStep: true,
    sentence: 'Gives the second factor, in a session that replaces the one before.',
  },
  'GET /api/account/passkeys': {
    who: 'own-account',
    takes: NOTHING,
    answer: listed,
    sentence: 'Lists the passkeys that the user has registered for signing in.',
  },
  'POST /api/account/passkeys/options': {
    who: 'own-account',
    bound: 'change',
    takes: v.object({ body: EMPTY }),
    answer: v.object({ options: of<CreationOptions>() }),
    errors: ['METHOD_NOT_FOUND', 'RATE_LIMITED'],
    fresh: 'sign-in-passkey.added',
    isSecondStep: true,
    sentence: 'Gives the options for a new passkey, for one attempt in this session.',
  },
  'POST /api/account/passkeys': {
    who: 'own-account',
    bound: 'change',
    takes: v.object({
      body: v.strictObject({
        credential: registration,
        name: passkeyName,
      }),
    }),
    answer: v.object({
      ...opened.entries,
      ...listed.entries,
      /** Why the passkey was not registered; null if it was. */
      refusal: v.nullable(v.picklist(['too-many', 'known'])),
    }),
    errors: ['METHOD_NOT_FOUND', 'PASSKEY_REFUSED'],
    fresh: 'sign-in-passkey.added',
    isSecondStep: true,
    sentence: `Registers a passkey for signing in, ${MOST_PASSKEYS} at most. The first one gives the second factor too, in a session that replaces the one before.`,
  },
  'PUT /api/account/passkeys/{id}/name': {
    who: 'own-account',
    bound: 'change',
    takes: v.object({ parameters: ID, body: v.strictObject({ name: passkeyName }) }),
    answer: listed,
    sentence: "Renames one of the user's passkeys for signing in. An id that is none of theirs changes nothing.",
  },
  'POST /api/account/passkeys/{id}/remove': {
    who: 'own-account',
    bound: 'change',
    fresh: 'sign-in-passkey.removed',
    takes: v.object({ parameters: ID, body: EMPTY }),
    answer: v.object({
      ...listed.entries,
      /** `last` if the user needs a second factor and has no other passkey; null if it was removed. */
      refusal: v.nullable(v.literal('last')),
    }),
    sentence: "Removes one of the user's passkeys for signing in. An id that is none of theirs removes nothing.",
  },
} as const satisfies RouteTable;

/** Passkeys of a person for signing in, for others. */
export const PERSON_PASSKEY_ROUTES = {
  'GET /api/operator/people/{id}/passkeys': {
    who: 'remove-passkeys',
    takes: v.object({ parameters: ID }),
    answer: listed,
    sentence: 'Lists the passkeys that a person has registered for signing in.',
  },
  'POST /api/operator/people/{id}/passkeys/{passkey}/remove': {
    who: 'remove-passkeys',
    bound: 'change',
    fresh: 'sign-in-passkey.removed',
    takes: v.object({ parameters: v.strictObject({ id: uuid, passkey: uuid }), body: EMPTY }),
    answer: listed,
    sentence:
      "Removes a lost passkey of another person, and ends the person's sessions. Only administrators do that for administrators.",
  },
} as const satisfies RouteTable;
