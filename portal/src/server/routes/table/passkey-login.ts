import * as v from 'valibot';
import { assertion, type Assertion } from '../../accounts/passkey-login.js';
import { EMPTY, of, type RouteTable } from './route.js';
import { opened } from './session.js';

/** Schema of the credential: the browser's answer as JSON, reduced to the members that are verified. */
export const credential: v.GenericSchema<object, Assertion> = v.pipe(of<object>(), assertion);
const passkey = v.object({ body: v.strictObject({ credential }) });

/** `PublicKeyCredentialRequestOptionsJSON` (WebAuthn Level 3, 5.1). */
const requestOptions = v.object({
  challenge: v.string(),
  rpId: v.string(),
  /** Milliseconds for which the browser waits for the user. */
  timeout: v.number(),
  userVerification: v.literal('required'),
});

/** Logins with a passkey. These routes answer `METHOD_NOT_FOUND` if the portal's origin permits no passkeys. */
export const PASSKEY_LOGIN_ROUTES = {
  'POST /api/session/passkey/options': {
    who: 'anyone',
    bound: { because: 'Beginnings are limited by browser and network.' },
    takes: v.object({ body: EMPTY }),
    answer: v.object({ options: requestOptions }),
    errors: ['METHOD_NOT_FOUND', 'RATE_LIMITED'],
    sentence: 'Gives a challenge that a passkey signs, for one attempt of this browser.',
  },
  'POST /api/session/passkey': {
    who: 'anyone',
    bound: { inside: 'sign-in' },
    takes: passkey,
    answer: opened,
    errors: ['METHOD_NOT_FOUND', 'PASSKEY_LOGIN_REFUSED', 'RATE_LIMITED'],
    sentence: 'Signs in with a passkey.',
  },
  'POST /api/session/proof/passkey': {
    who: 'own-account',
    bound: { inside: 'sign-in' },
    takes: passkey,
    answer: opened,
    errors: ['METHOD_NOT_FOUND', 'PASSKEY_LOGIN_REFUSED', 'RATE_LIMITED'],
    sentence: 'Proves again who the user is, with a passkey of theirs.',
  },
} as const satisfies RouteTable;
