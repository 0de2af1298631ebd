import * as v from 'valibot';
import { decodeBytes } from './base64url.js';
import { commands, isMethod, isUserMethod } from './commands.js';
import { deviceListing } from './commands/device.js';
import { initializeAtHost } from './commands/session-at-host.js';
import { hostInitialized, sessionEnded } from './commands/session.js';
import type { CommandOutcome } from './commands/step.js';
import { userRequests } from './commands/user.js';
import { describeError, isErrorCode } from './errors.js';
import { cancelParams, progressParams } from './message.js';
import { stepPayload, type StepPayload } from './step.js';
import { setTraceParams } from './trace.js';
import type { WireError } from './wire-error.js';

export const REDACTED = '[redacted]';

/** A member's name that may be shown even if the schema has no such member: up to 40 letters. Any other name may be a secret of a page. */
const MEMBER_NAME = /^[A-Za-z]{1,40}$/;
/** A path of members and indices, as `INVALID_PARAMS` reports it, in which every name may be shown. */
const MEMBER_PATH = /^([A-Za-z]{1,40}|\d{1,3})(\.([A-Za-z]{1,40}|\d{1,3}))*$/;
const METHOD_NAME = /^[A-Za-z$]+([./][A-Za-z]+)*$/;

/** Schemas of the parameters of notifications. `session.ended` is not listed, because it has a function of its own (`redactEnd`). */
const notifications = {
  '$/cancelRequest': cancelParams,
  '$/progress': progressParams,
  '$/setTrace': setTraceParams,
  'device.changed': deviceListing,
};
const isNotificationName = (name: string): name is keyof typeof notifications => Object.hasOwn(notifications, name);

/**
 * Schemas of `initialize`, for messages between page and extension and between extension and host. `params` also has the members that the
 * extension adds for the host. `result` has the members of the host's answer to the extension, and of the extension's answer to the page.
 */
const initialize = {
  params: initializeAtHost,
  result: v.object({ ...hostInitialized.entries, ...commands.initialize.result.entries }),
};

/**
 * Redacts a message's parameters for logs and traces. Replaces the members that the command table marks as sensitive. Also replaces each text and
 * number that does not match the table, since a page may have put a secret there. For an unknown method, these are all texts and numbers. A member's
 * name that the table does not know is kept if it consists of up to 40 letters, and is replaced in all other cases. A readable step is shown as its
 * decoded payload, without the signature.
 *
 * @example
 * console.log(message.method, redactParams(message.method, message.params));
 */
export function redactParams(method: string, value: unknown): unknown {
  if (method === 'step.run') return redactStep(value);
  if (method === 'session.ended') return redactEnd(value);
  return redact(schemaOf(method, 'params'), value);
}

/**
 * Redacts a command's result by the rules of `redactParams`. The results of a step's commands are checked against the table one by one.
 *
 * @example
 * console.log(redactResult('device.list', result));
 */
export function redactResult(method: string, value: unknown): unknown {
  const step = v.safeParse(commands['step.run'].result, value);
  return method === 'step.run' && step.success
    ? { outcomes: step.output.outcomes.map(redactOutcome) }
    : redact(schemaOf(method, 'result'), value);
}

/**
 * Returns a method's name if it consists of words of letters, separated by `.` or `/`; the first word may contain `$`. Returns `[redacted]` for any
 * other name, because it may be a secret.
 *
 * @example
 * redactMethod('my PIN is 739154'); // '[redacted]'
 */
export const redactMethod = (method: string): string => (METHOD_NAME.test(method) ? method : REDACTED);

/**
 * Redacts an error. The catalogue's message replaces its message, details that do not match the catalogue are replaced, and its help desk is
 * left out. Of an error with an unknown code, only the number is kept.
 *
 * @example
 * console.log(redactError(new CardwrightError('PIN_INCORRECT', { retriesLeft: 2 }).toWire()));
 */
export function redactError({ code, data: { name, details } }: WireError): unknown {
  if (!isErrorCode(name)) return { code, message: REDACTED, data: { name: REDACTED } };
  const { message, data } = describeError(name);
  return { code, message, data: { name, ...(details && { details: redact(data, withoutNames(details)) }) } };
}

/**
 * Redacts the `path` in the details of `INVALID_PARAMS` if it is not empty and does not match `MEMBER_PATH`, because the page may have chosen a name
 * in the path.
 */
const withoutNames = (details: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> =>
  typeof details.path !== 'string' || details.path === '' || MEMBER_PATH.test(details.path)
    ? details
    : { ...details, path: REDACTED };

function redactOutcome(outcome: CommandOutcome): unknown {
  const method = redactMethod(outcome.method);
  return 'error' in outcome
    ? { method, error: redactError(outcome.error) }
    : { method, result: redact(schemaOf(outcome.method, 'result'), outcome.result) };
}

function redactEnd(value: unknown): unknown {
  const parsed = v.safeParse(sessionEnded, value);
  return parsed.success ? { error: redactError(parsed.output.error) } : redact(undefined, value);
}

function redactStep(value: unknown): unknown {
  const step = readUnverified(value);
  if (!step) return redact(undefined, value);
  const shown = step.commands.map(({ method, params }) => ({
    method: redactMethod(method),
    params: redact(schemaOf(method, 'params'), params),
  }));
  return { jws: { ...step, commands: shown } };
}

/** Reads the payload of a step's JWS from the parameters of `step.run`, without checking the signature; null if the payload is no step. */
function readUnverified(params: unknown): StepPayload | null {
  const parsed = v.safeParse(commands['step.run'].params, params);
  const payload = parsed.success ? parsed.output.jws.split('.')[1] : undefined;
  const step = v.safeParse(stepPayload, payload === undefined ? undefined : parse(payload));
  return step.success ? step.output : null;
}

function parse(payload: string): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(decodeBytes(payload)));
  } catch {
    // The payload is not JSON in base64url, so it is no step.
    return undefined;
  }
}

function schemaOf(method: string, side: 'params' | 'result'): unknown {
  if (method === 'initialize') return initialize[side];
  if (isMethod(method)) return commands[method][side];
  if (isUserMethod(method)) return userRequests[method][side];
  return side === 'params' && isNotificationName(method) ? notifications[method] : undefined;
}

function redact(schema: unknown, value: unknown): unknown {
  if (isSensitive(schema)) return REDACTED;
  if (Array.isArray(value)) {
    const item = member(unwrap(schema), 'item');
    return value.map((entry: unknown) => redact(item, entry));
  }
  if (typeof value === 'object' && value !== null) {
    return Object.fromEntries(
      Object.entries(value).map(([name, entry]) => {
        const known = schemaFor(schema, name, value);
        return [known !== undefined || MEMBER_NAME.test(name) ? name : REDACTED, redact(known, entry)];
      }),
    );
  }
  return (typeof value === 'string' || typeof value === 'number') && !isAsTheTableSays(schema, value)
    ? REDACTED
    : value;
}

const isAsTheTableSays = (schema: unknown, value: string | number): boolean =>
  schema !== undefined && v.is(schema as v.GenericSchema, value);

/**
 * Returns the schema of an object's member, also inside pipes, optional and nullable wrappers, and in the first option of a union that matches
 * the object; undefined if the member is unknown.
 */
function schemaFor(schema: unknown, name: string, value: object): unknown {
  const inner = unwrap(schema);
  const entries = member(inner, 'entries');
  if (typeof entries === 'object' && entries !== null)
    return Object.hasOwn(entries, name) ? member(entries, name) : undefined;
  const options = member(inner, 'options');
  if (!Array.isArray(options)) return undefined;
  const match: unknown = options.find((option) => v.is(option as v.GenericSchema, value));
  return match === undefined ? undefined : schemaFor(match, name, value);
}

function unwrap(schema: unknown): unknown {
  const wrapped = member(schema, 'wrapped');
  return wrapped === undefined ? schema : unwrap(wrapped);
}

/** True if a schema is marked as sensitive. The mark can be in an inner pipe, because `described` wraps a pipe in another pipe. */
function isSensitive(schema: unknown): boolean {
  const pipe = member(unwrap(schema), 'pipe');
  return (
    Array.isArray(pipe) &&
    pipe.some((item) => member(member(item, 'metadata'), 'sensitive') === true || isSensitive(item))
  );
}

const member = (of: unknown, name: string): unknown =>
  typeof of === 'object' && of !== null ? (of as Record<string, unknown>)[name] : undefined;
