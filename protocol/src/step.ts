import { CompactSign, compactVerify, createLocalJWKSet, type CryptoKey } from 'jose';
import * as v from 'valibot';
import { CardwrightError } from './errors.js';
import { cardFacts, count, deviceId, operationId, origin, sessionId, type PublicJwkSet } from './schema.js';

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
  /** What the CMS was told of the card. A host whose card is another refuses the step: it was made for that other one. */
  card: cardFacts,
  session: sessionId,
  /** Seconds since 1970; the host allows no clock skew beyond what the CMS grants here. */
  expires: count,
  commands: v.pipe(v.array(stepCommand), v.minLength(1), v.maxLength(MAX_STEP_COMMANDS)),
});
export type StepPayload = v.InferOutput<typeof stepPayload>;

const ALGORITHM = 'ES256';
const TYPE = 'cardwright-step';

/** Signs a step with the CMS's key: compact JWS (RFC 7515), ES256. */
export async function signStep(payload: StepPayload, key: CryptoKey, kid: string): Promise<string> {
  return new CompactSign(new TextEncoder().encode(JSON.stringify(v.parse(stepPayload, payload))))
    .setProtectedHeader({ alg: ALGORITHM, typ: TYPE, kid })
    .sign(key);
}

/**
 * Checks a step's signature against the CMS's keys and reads it. What it is bound to is for the caller to compare.
 *
 * @throws CardwrightError `STEP_REFUSED` with reason `signature` or `content`.
 */
export async function readStep(jws: string, keys: PublicJwkSet): Promise<StepPayload> {
  const signing = { keys: keys.keys.filter((key) => key.use === 'sig') };
  const { payload } = await compactVerify(jws, createLocalJWKSet(signing), { algorithms: [ALGORITHM] })
    .then((verified) => {
      if (verified.protectedHeader.typ !== TYPE) throw new Error('a JWS of another type');
      return verified;
    })
    .catch((cause: unknown) => {
      throw new CardwrightError('STEP_REFUSED', { reason: 'signature' }, { cause });
    });
  const parsed = v.safeParse(stepPayload, parseJson(payload));
  if (!parsed.success) throw new CardwrightError('STEP_REFUSED', { reason: 'content' });
  return parsed.output;
}

function parseJson(utf8: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(utf8));
  } catch (cause) {
    throw new CardwrightError('STEP_REFUSED', { reason: 'content' }, { cause });
  }
}
