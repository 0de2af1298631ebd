import type { CryptoKey } from 'jose';
import * as v from 'valibot';
import { CardwrightError } from './errors.js';
import { MAX_STEP_COMMANDS } from './limits.js';
import { cardFacts, count, described, deviceId, operationId, origin, sessionId, type PublicJwkSet } from './schema.js';
import { parseJson, readSigned, signJson } from './signed-json.js';

/** One command of a step. The host validates its parameters against the command table. */
export const stepCommand = v.strictObject({
  method: described(v.pipe(v.string(), v.maxLength(64)), 'A command that may come in a step.'),
  params: described(v.record(v.string(), v.unknown()), 'Its parameters.'),
});
export type StepCommand = v.InferOutput<typeof stepCommand>;

/**
 * Payload of a signed step. The page relays the JWS, but can neither alter, reorder nor replay it: `session` is the thumbprint of one host
 * process's key, and `number` must exceed that of every step of the operation that this host process has accepted.
 */
export const stepPayload = v.strictObject({
  origin: described(origin, "Origin of the CMS's page."),
  operation: described(operationId, 'The operation that the step belongs to, named by the CMS.'),
  number: described(count, 'Counts up within the operation, over all its sessions.'),
  device: described(deviceId, 'The id under which the device is open: `device.open` answered it.'),
  card: described(cardFacts, 'What the CMS was told of the card when the operation started or was resumed.'),
  session: described(sessionId, "The session id: thumbprint of the host's session key."),
  expires: described(count, "Seconds since 1970, by the host's clock, which is allowed no further skew."),
  commands: described(
    v.pipe(v.array(stepCommand), v.minLength(1), v.maxLength(MAX_STEP_COMMANDS)),
    'Run in this order, up to the first error.',
  ),
});
export type StepPayload = v.InferOutput<typeof stepPayload>;

/** The `typ` of a signed step's JWS (RFC 7515, 4.1.9). */
export const STEP_TYPE = 'cardwright-step';

/**
 * Signs a step with the CMS's key, and returns it as a compact JWS (RFC 7515) with ES256.
 *
 * @throws ValiError if the payload does not match `stepPayload`
 *
 * @example
 * const jws = await signStep(payload, privateKey, 'cms-2026');
 */
export const signStep = async (payload: StepPayload, key: CryptoKey, kid: string): Promise<string> =>
  signJson(STEP_TYPE, v.parse(stepPayload, payload), key, kid);

/**
 * Verifies a step's signature against the CMS's keys, and returns its payload. The caller must check the claims of the payload: origin, session,
 * device, card, number and expiry.
 *
 * @throws CardwrightError `STEP_REFUSED`, with the reason `signature` if none of the keys signed the text as a step, or `content` if its payload
 * is no step
 * @example
 * const { commands, expires } = await readStep(jws, cmsKeys);
 */
export async function readStep(jws: string, keys: PublicJwkSet): Promise<StepPayload> {
  const payload = await readSigned(STEP_TYPE, jws, keys).catch((cause: unknown) => {
    throw new CardwrightError('STEP_REFUSED', { reason: 'signature' }, { cause });
  });
  try {
    return v.parse(stepPayload, parseJson(payload));
  } catch (cause) {
    throw new CardwrightError('STEP_REFUSED', { reason: 'content' }, { cause });
  }
}
