import * as v from 'valibot';
import { commandOutcome } from './commands/step.js';
import { wireError } from './errors.js';
import { count, deviceId, deviceInfo, operationId, publicJwk, sessionId, text } from './schema.js';

/**
 * What the sdk says to a CMS over HTTP, relative to the CMS's base address. JSON in, JSON out; an error is
 * `{ error: WireError }` with a 4xx or 5xx status. Sentences for the user are in the language of `accept-language`
 * (RFC 9110, 12.5.4), where the CMS speaks it.
 *
 *     POST devices/eligibility          { devices }                -> eligibilityAnswer
 *     POST operations                   { kind, device, host }     -> operationAnswer
 *     POST operations/{id}/results      { step, outcomes }         -> operationAnswer
 *     POST operations/{id}/cancel       { session? }               -> operationAnswer
 */

export const eligibilityRequest = v.strictObject({ devices: v.pipe(v.array(deviceInfo), v.maxLength(64)) });

/** What the CMS says of one device. */
export const eligibility = v.strictObject({
  device: deviceId,
  /** What the user may do with it: issue it, continue an interrupted issuance, erase it first, or nothing. */
  action: v.nullable(v.picklist(['issue', 'continue', 'erase'])),
  /** Why not, or what will be lost; a sentence for the user. */
  reason: v.nullable(text(300)),
});
export const eligibilityAnswer = v.strictObject({ devices: v.array(eligibility) });
export type Eligibility = v.InferOutput<typeof eligibility>;

/** A name that the CMS chooses. The protocol knows none of them, so a CMS can add an operation without a release of ours. */
const openName = v.pipe(v.string(), v.regex(/^[a-z][a-z0-9-]{0,39}$/));

/** What an operation does, for example `issue`. A CMS refuses a kind that it does not have with `INVALID_PARAMS`. */
export const operationKind = openName;

export const startRequest = v.strictObject({
  kind: operationKind,
  device: deviceInfo,
  /** Of `initialize`: the CMS seals secrets to the key, and binds its steps to the session id that it computes from it. */
  host: v.strictObject({ key: publicJwk }),
});
export type StartRequest = v.InferOutput<typeof startRequest>;

export const resultsRequest = v.strictObject({ step: count, outcomes: v.array(commandOutcome) });

/** With the id of the host's session, only that session's operation is cancelled: an older session gets `OPERATION_MOVED`. */
export const cancelRequest = v.strictObject({ session: v.exactOptional(sessionId) });

/** No line terminator (ECMA-262, 12.3): without the flag `s`, the dot matches none. */
const LINE = /^.+$/;

/** A part of an operation as the user sees it. */
export const operationPhase = v.strictObject({
  /** Tells phases apart. To the sdk only `PIN_PHASE` has a meaning. */
  name: openName,
  /** What is happening, for the user: one line in the language of `accept-language`. */
  text: v.pipe(text(80), v.regex(LINE)),
});
export type OperationPhase = v.InferOutput<typeof operationPhase>;

/**
 * The name of the phase in which nothing is left but that the user chooses the PIN. The wizard then shows its step Change PIN,
 * also before the extension's window opens and after it has closed, of which the host's events tell nothing.
 */
export const PIN_PHASE = 'pin';

export const operationAnswer = v.strictObject({
  operation: operationId,
  /** `done` and `failed` are final. */
  state: v.picklist(['running', 'done', 'failed', 'cancelled']),
  phase: operationPhase,
  /** Share of the operation that is done, in percent. */
  progress: v.pipe(v.number(), v.minValue(0), v.maxValue(100)),
  /** Present while `running`: the JWS for `step.run`, to be answered with its number. */
  step: v.nullable(v.strictObject({ number: count, jws: v.string() })),
  error: v.nullable(wireError),
  /**
   * State of the device's row, as My Devices names it; null while there is none. A CMS has a row before it sends the first
   * step after which the card is of no use until the operation has ended: from then on the wizard asks before it stops.
   */
  deviceState: v.nullable(text(20)),
});
export type OperationAnswer = v.InferOutput<typeof operationAnswer>;

export const errorAnswer = v.strictObject({ error: wireError });

/** Statuses by which proxies say that the CMS behind them does not answer (RFC 9110, 15.6.3 to 15.6.5). */
export const CMS_AWAY_STATUSES: readonly number[] = [502, 503, 504];
