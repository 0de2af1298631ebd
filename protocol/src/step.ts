import type { CryptoKey } from 'jose';
import * as v from 'valibot';
import { CardwrightError } from './errors.js';
import { cardFacts, count, deviceId, operationId, origin, sessionId, type PublicJwkSet } from './schema.js';
import { parseJson, readSigned, signJson } from './signed-json.js';

/** Commands that one step may hold. */
export const MAX_STEP_COMMANDS = 64;

/** One command of a step; its parameters are validated against the command table by the host. */
export const stepCommand = v.strictObject({
  method: v.pipe(v.string(), v.maxLength(64)),
  params: v.record(v.string(), v.unknown()),
});
export type StepCommand = v.InferOutput<typeof stepCommand>;

/**
 * The payload of a signed step. The page relays the JWS; it can neither alter, reorder nor replay it:
 * `session` is the thumbprint of one host process's key, `number` must exceed every number seen of the operation there.
 */
export const stepPayload = v.strictObject({
  origin,
  operation: operationId,
  number: count,
  device: deviceId,
  /** What the CMS was told of the card. A host that holds a different card refuses the step. */
  card: cardFacts,
  session: sessionId,
  /** Seconds since 1970; the host allows no clock skew beyond what the CMS grants here. */
  expires: count,
  commands: v.pipe(v.array(stepCommand), v.minLength(1), v.maxLength(MAX_STEP_COMMANDS)),
});
export type StepPayload = v.InferOutput<typeof stepPayload>;

const TYPE = 'cardwright-step';

/** Signs a step with the CMS's key: compact JWS (RFC 7515), ES256. */
export const signStep = async (payload: StepPayload, key: CryptoKey, kid: string): Promise<string> =>
  signJson(TYPE, v.parse(stepPayload, payload), key, kid);

/**
 * Checks a step's signature against the CMS's keys and reads it. The caller must compare what it is bound to.
 *
 * @throws CardwrightError `STEP_REFUSED` with reason `signature` or `content`.
 */
export async function readStep(jws: string, keys: PublicJwkSet): Promise<StepPayload> {
  const payload = await readSigned(TYPE, jws, keys).catch((cause: unknown) => {
    throw new CardwrightError('STEP_REFUSED', { reason: 'signature' }, { cause });
  });
  try {
    return v.parse(stepPayload, parseJson(payload));
  } catch (cause) {
    throw new CardwrightError('STEP_REFUSED', { reason: 'content' }, { cause });
  }
}
