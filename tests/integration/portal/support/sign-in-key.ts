import { creationOptions, type RegistrationResponse } from '@cardwright/protocol/passkeys';
import * as v from 'valibot';
import {
  SoftwareAuthenticator,
  type CeremonyFaults,
  type SoftwarePasskey,
} from '../../../support/passkeys/software-authenticator.js';
import type { Answer, Browser } from './test-portal.js';

/** A passkey that a person has registered for signing in. */
export interface SignInKey {
  readonly authenticator: SoftwareAuthenticator;
  readonly passkey: SoftwarePasskey;
}

const creation = v.object({ options: creationOptions });
const request = v.object({
  options: v.object({
    challenge: v.string(),
    rpId: v.literal('localhost'),
    userVerification: v.literal('required'),
    allowCredentials: v.array(v.object({ id: v.string(), type: v.literal('public-key') })),
  }),
});

/** Returns the options for a new passkey in the session of a browser. */
export const beginRegistration = async (browser: Browser) =>
  v.parse(creation, (await browser.post('/api/account/passkeys/options', {})).body).options;

/** Makes a passkey for the session of a browser, rightly or wrongly, and does not send it. */
export async function makeKey(
  browser: Browser,
  faults: CeremonyFaults = {},
): Promise<{ readonly key: SignInKey; readonly credential: RegistrationResponse }> {
  const authenticator = new SoftwareAuthenticator({ attestation: 'none' });
  const options = await beginRegistration(browser);
  const { passkey, response } = authenticator.register(options, browser.portal.origin, faults);
  return { key: { authenticator, passkey }, credential: response };
}

/** Sends a new passkey in the session of a browser. */
export const sendKey = (browser: Browser, credential: object): Promise<Answer> =>
  browser.post('/api/account/passkeys', { credential, name: 'Test key' });

/** Registers a passkey in the session of a browser. */
export async function registerKey(browser: Browser): Promise<SignInKey> {
  const { key, credential } = await makeKey(browser);
  const answer = await sendKey(browser, credential);
  if (answer.status !== 200) throw new Error(`the passkey was refused: ${answer.code ?? answer.status}`);
  return key;
}

/** Returns the options of the second step in the session of a browser. */
export const beginSecondStep = async (browser: Browser) =>
  v.parse(request, (await browser.post('/api/session/second-factor/options', {})).body).options;

/** Gives the second factor with a passkey, rightly or wrongly. */
export async function giveFactor(
  browser: Browser,
  { authenticator, passkey }: SignInKey,
  faults: CeremonyFaults = {},
): Promise<Answer> {
  const { challenge } = await beginSecondStep(browser);
  const credential = authenticator.assert(passkey, challenge, browser.portal.origin, faults);
  return browser.post('/api/session/second-factor', { credential });
}
