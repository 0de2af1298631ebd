import * as v from 'valibot';
import { commands, isMethod, isUserMethod } from './commands.js';
import { userRequests } from './commands/user.js';

export const REDACTED = '[redacted]';

/**
 * What may be logged or traced of a message's parameters: members that the table marks as sensitive are replaced, and so
 * is every text and number that the table does not expect, because a page may have put a secret there. If the table does not
 * know the method, all of them are.
 */
export const redactParams = (method: string, value: unknown): unknown => redact(schemaOf(method, 'params'), value);

/** The same for a result. */
export const redactResult = (method: string, value: unknown): unknown => redact(schemaOf(method, 'result'), value);

/** The same for a method's name: one with anything but letters in its words is not a name, and may be a secret. */
export const redactMethod = (method: string): string =>
  /^[A-Za-z$]+([./][A-Za-z]+)*$/.test(method) ? method : REDACTED;

function schemaOf(method: string, side: 'params' | 'result'): unknown {
  if (isMethod(method)) return commands[method][side];
  if (isUserMethod(method)) return userRequests[method][side];
  return undefined;
}

function redact(schema: unknown, value: unknown): unknown {
  if (isSensitive(schema)) return REDACTED;
  if (Array.isArray(value)) {
    const item = member(schema, 'item');
    return value.map((entry: unknown) => redact(item, entry));
  }
  if (typeof value === 'object' && value !== null) {
    return Object.fromEntries(
      Object.entries(value).map(([name, entry]) => [name, redact(schemaFor(schema, name, value), entry)]),
    );
  }
  return (typeof value === 'string' || typeof value === 'number') && !isAsTheTableSays(schema, value)
    ? REDACTED
    : value;
}

const isAsTheTableSays = (schema: unknown, value: string | number): boolean =>
  schema !== undefined && v.is(schema as v.GenericSchema, value);

/** The schema of one member, seen through pipes, optional and nullable wrappers, and unions. */
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

/** A pipe may stand in another one, which adds a description. */
function isSensitive(schema: unknown): boolean {
  const pipe = member(unwrap(schema), 'pipe');
  return (
    Array.isArray(pipe) &&
    pipe.some((item) => member(member(item, 'metadata'), 'sensitive') === true || isSensitive(item))
  );
}

const member = (of: unknown, name: string): unknown =>
  typeof of === 'object' && of !== null ? (of as Record<string, unknown>)[name] : undefined;
