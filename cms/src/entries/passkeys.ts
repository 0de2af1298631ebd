/** The interface of a service that registers passkeys, and the checks of a registration. */
export type { PasskeysInQuestion } from '../passkeys/passkeys-in-question.js';
export type {
  AcceptedPasskey,
  BegunRegistration,
  ExpectedAuthenticator,
  PasskeyObstacle,
  PasskeyService,
} from '../passkeys/passkey-service.js';
export { verifyRegistration, type ExpectedRegistration, type RegisteredPasskey } from '../passkeys/verify.js';
