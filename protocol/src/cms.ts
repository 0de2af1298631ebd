import * as v from 'valibot';
import { commandOutcome } from './commands/step.js';
import { wireError } from './errors.js';
import { count, described, deviceId, deviceInfo, operationId, publicJwk, sessionId, text } from './schema.js';

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
  action: described(
    v.nullable(v.picklist(['issue', 'continue', 'erase'])),
    'What the user may do with it: issue it, continue an issuance that was interrupted, have it erased and then issued, or nothing.',
  ),
  reason: described(v.nullable(text(300)), 'Why not, or what will be lost: a sentence for the user.'),
});
export const eligibilityAnswer = v.strictObject({ devices: v.array(eligibility) });
export type Eligibility = v.InferOutput<typeof eligibility>;

/** A name that the CMS gives: the protocol knows none of them, so that an operation is added without a release of ours. */
const openName = v.pipe(v.string(), v.regex(/^[a-z][a-z0-9-]{0,39}$/));

/** What an operation does, for example `issue`. A CMS refuses a kind that it does not have with `INVALID_PARAMS`. */
export const operationKind = openName;

export const startRequest = v.strictObject({
  kind: described(operationKind, "What the operation does, for example `issue`. The names are the CMS's own."),
  device: deviceInfo,
  host: described(
    v.strictObject({ key: publicJwk }),
    'The session key of `initialize`. The CMS seals secrets to it, and binds its steps to the session id that it computes from it.',
  ),
});
export type StartRequest = v.InferOutput<typeof startRequest>;

export const resultsRequest = v.strictObject({
  step: described(count, 'Number of the step that was run.'),
  outcomes: described(v.array(commandOutcome), 'What `step.run` answered.'),
});

/** An older session than the one that works on the operation gets `OPERATION_MOVED`. */
export const cancelRequest = v.strictObject({
  session: v.exactOptional(
    described(sessionId, "The session that ends. The operation is cancelled only while it is that session's."),
  ),
});

/** No line terminator (ECMA-262, 12.3): without the flag `s`, the dot matches none. */
const LINE = /^.+$/;

/** A part of an operation as the user sees it. */
export const operationPhase = v.strictObject({
  name: described(
    openName,
    'Tells phases apart. Only `pin` means something to the sdk: its wizard then shows Change PIN.',
  ),
  text: described(
    v.pipe(text(80), v.regex(LINE)),
    'What is going on, for the user: one line in the language of `accept-language`.',
  ),
});
export type OperationPhase = v.InferOutput<typeof operationPhase>;

/**
 * The name of the phase in which nothing is left but that the user chooses the PIN. The wizard then shows its step Change PIN,
 * also before the extension's window opens and after it has closed, of which the host's events tell nothing.
 */
export const PIN_PHASE = 'pin';

export const operationAnswer = v.strictObject({
  operation: operationId,
  state: described(
    v.picklist(['running', 'done', 'failed', 'cancelled']),
    'All but `running` are final. `running` without a step: interrupted, with the reason in `error`; it can be resumed.',
  ),
  phase: described(operationPhase, 'The part of the operation that the user sees.'),
  progress: described(
    v.pipe(v.number(), v.minValue(0), v.maxValue(100)),
    'Share of the operation that is done, in percent.',
  ),
  step: described(
    v.nullable(v.strictObject({ number: count, jws: v.string() })),
    'What comes next: the JWS for `step.run`, whose outcomes are sent back under its number.',
  ),
  error: described(v.nullable(wireError), 'Why the operation ended, or was interrupted.'),
  deviceState: described(
    v.nullable(text(20)),
    "State of the device in the CMS's own records; null while it has none for it. From the first step that leaves the card unusable until the operation has ended, it must not be null: the wizard then asks before it stops.",
  ),
});
export type OperationAnswer = v.InferOutput<typeof operationAnswer>;

export const errorAnswer = v.strictObject({ error: wireError });

/** Statuses by which proxies say that the CMS behind them does not answer (RFC 9110, 15.6.3 to 15.6.5). */
export const CMS_AWAY_STATUSES: readonly number[] = [502, 503, 504];
