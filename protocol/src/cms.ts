import * as v from 'valibot';
import { stepOutcomes } from './commands/step.js';
import type { ErrorCode } from './errors.js';
import { receiverJwk } from './p256.js';
import { count, described, deviceId, deviceInfo, operationId, sessionId, text } from './schema.js';
import { wireError } from './wire-error.js';

/**
 * Requests of the sdk to a CMS over HTTP. Request and answer are JSON. An error is `{ error: WireError }` with a 4xx or 5xx status.
 * `cmsContract` has the paths.
 */

/**
 * A name that the CMS chooses, such as the kind of an operation. The protocol does not list these names, so a CMS can add an operation
 * without a new release of the protocol.
 */
const openName = v.pipe(v.string(), v.regex(/^[a-z][a-z0-9-]{0,39}$/));

/** Kind of an operation, for example `issue`. A CMS refuses a kind that it does not have with `INVALID_PARAMS`. */
export const operationKind = openName;

/** Maximum number of devices in one request for a verdict. */
const MAX_JUDGED = 64;

export const eligibilityRequest = v.strictObject({
  kind: described(operationKind, 'The operation that the user wants, as in the request that starts it.'),
  devices: v.pipe(v.array(deviceInfo), v.maxLength(MAX_JUDGED)),
});

/** The CMS's verdict on one device. */
export const eligibility = v.strictObject({
  device: deviceId,
  action: described(
    v.nullable(v.picklist(['start', 'continue', 'erase'])),
    'What the user may do with it: start the operation, continue one that was interrupted, have the device [erased first](#a-card-that-is-erased-first), or nothing.',
  ),
  reason: described(v.nullable(text(300)), 'Why not, or what will be lost: a sentence for the user.'),
});
export const eligibilityAnswer = v.strictObject({ devices: v.pipe(v.array(eligibility), v.maxLength(MAX_JUDGED)) });
export type Eligibility = v.InferOutput<typeof eligibility>;

export const startRequest = v.strictObject({
  kind: described(operationKind, 'What is to be done: a [kind](#the-kinds-of-the-wizards), for example `issue`.'),
  device: deviceInfo,
  host: described(
    v.strictObject({ key: receiverJwk }),
    'The session key of `initialize`. The CMS seals secrets to it, and binds its steps to the session id that it computes from it.',
  ),
  code: v.exactOptional(
    described(
      text(20),
      'The one-time code that an operator read out, where the answer was `CODE_NEEDED`. Without that it is ignored.',
    ),
  ),
  subject: v.exactOptional(
    described(
      text(64),
      'What on the device the operation is about, for an operation that needs to know: the id of the passkey that `remove-passkey` removes. Others ignore it.',
    ),
  ),
  work: v.exactOptional(
    described(
      text(40),
      'Id of the work that an operator asked for, where the user starts it because of that. If it no longer waits, the answer is `WORK_OVER`.',
    ),
  ),
});
export type StartRequest = v.InferOutput<typeof startRequest>;

export const resultsRequest = v.strictObject({
  step: described(count, 'Number of the step that was run.'),
  outcomes: described(stepOutcomes, 'What `step.run` answered.'),
});

/**
 * Request to cancel an operation. If the request names a session that no longer runs the operation, the answer is `OPERATION_MOVED`, and nothing
 * is cancelled.
 */
export const cancelRequest = v.strictObject({
  session: v.exactOptional(
    described(sessionId, "The session that ends. The operation is cancelled only while it is that session's."),
  ),
});

/** One line, without line terminators (ECMA-262, 12.3): without the flag `s`, the dot matches no line terminator. */
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
 * Name of the phase during which only the user's choice of a PIN is left. The wizard shows its step Change PIN for the whole phase, not only
 * while the extension's window is open.
 */
export const PIN_PHASE = 'pin';

/** Uses of a device, in the order in which the wizard lists them to its user. */
export const DEVICE_USES = ['sign-in', 'sign', 'decrypt'] as const;
export type DeviceUse = (typeof DEVICE_USES)[number];

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
    "State of the device in the CMS's own records, and [what it means](#devicestate-and-the-wizard); null while it has none for it. From the first step that leaves the card unusable until the operation has ended, it must be neither null nor `active`.",
  ),
  uses: v.exactOptional(
    described(
      v.array(v.picklist(DEVICE_USES)),
      'With `done`: what the device is good for now, by its certificates. The wizard tells its user.',
    ),
  ),
});
export type OperationAnswer = v.InferOutput<typeof operationAnswer>;

export const errorAnswer = v.strictObject({ error: wireError });

/** One path of the contract. Its requests are sent by POST. */
export interface CmsRequestDefinition {
  /** Text for the reference. */
  readonly summary: string;
  readonly request: v.GenericSchema;
  readonly answer: v.GenericSchema;
  /** Error codes that this path can return, besides those that every request can get. */
  readonly errors: readonly ErrorCode[];
}

/** The HTTP contract, by path below the CMS's base address. `{id}` stands for the id of an operation. */
export const cmsContract = {
  'devices/eligibility': {
    summary:
      'Says whether the user may have an operation done on each of some devices. It changes nothing. The answer has one verdict for each device, found by its id.',
    request: eligibilityRequest,
    answer: eligibilityAnswer,
    errors: ['RATE_LIMITED'],
  },
  operations: {
    summary:
      'Starts an operation on a device, or resumes the one that was interrupted on it, in the session whose key is given. It makes no change that a lost answer would leave behind, so it may be sent again.',
    request: startRequest,
    answer: operationAnswer,
    errors: ['DEVICE_NOT_ELIGIBLE', 'LOGIN_REQUIRED', 'RATE_LIMITED', 'CODE_NEEDED', 'CODE_INCORRECT', 'WORK_OVER'],
  },
  'operations/{id}/results': {
    summary:
      'Takes the outcomes of a step, and answers with the next step or with the end. The same results sent again get the same answer; results of an earlier step, or of a session that another has followed, get `OPERATION_MOVED`.',
    request: resultsRequest,
    answer: operationAnswer,
    errors: ['OPERATION_NOT_FOUND', 'OPERATION_MOVED', 'CA_UNAVAILABLE', 'PASSKEY_SERVICE_UNAVAILABLE'],
  },
  'operations/{id}/cancel': {
    summary:
      'Ends an operation because its user wants it. One that is over stays as it ended. One that another operation ended stays too, and with `session` one that another session has resumed: the answer is then `OPERATION_MOVED`.',
    request: cancelRequest,
    answer: operationAnswer,
    errors: ['OPERATION_NOT_FOUND', 'OPERATION_MOVED'],
  },
} as const satisfies Readonly<Record<string, CmsRequestDefinition>>;

/** A path of the contract. */
export type CmsPath = keyof typeof cmsContract;
