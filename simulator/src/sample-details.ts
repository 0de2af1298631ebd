import { CardwrightError, describeError, type ErrorCode } from '@cardwright/protocol';
import type { WireError } from '@cardwright/protocol/messages';
import * as v from 'valibot';

/**
 * Builds an error of the catalogue in its wire format, with details that the catalogue's schema of the error accepts.
 *
 * @param details the details whose values matter; all others are invented
 * @throws TypeError when the catalogue does not accept the details
 */
export function sampleError(code: ErrorCode, details: Readonly<Record<string, unknown>> = {}): WireError {
  const { number, message, data } = describeError(code);
  const made = data === undefined ? {} : { ...sampleOf(data), ...details };
  const wire = { code: number, message, data: { name: code, details: made } };
  const read = CardwrightError.fromWire(wire);
  if (read.code !== code) throw new TypeError(`${code} does not take these details: ${JSON.stringify(details)}`);
  return wire;
}

function sampleOf(schema: v.GenericSchema): Record<string, unknown> {
  const value = sampleValue(schema);
  if (typeof value !== 'object' || value === null) throw new TypeError('expected details that are an object');
  return { ...value };
}

/**
 * Returns a simple value for a schema of the catalogue. Returns null for a nullable schema, and for a schema of a type that this function does not
 * know.
 */
function sampleValue(schema: unknown): unknown {
  if (typeof schema !== 'object' || schema === null || !('type' in schema)) return null;
  switch (schema.type) {
    case 'strict_object':
    case 'object':
      return 'entries' in schema && typeof schema.entries === 'object' && schema.entries !== null
        ? Object.fromEntries(
            Object.entries(schema.entries)
              .filter(([, entry]) => !isOptional(entry))
              .map(([name, entry]) => [name, sampleValue(entry)]),
          )
        : {};
    case 'picklist':
      return 'options' in schema && Array.isArray(schema.options) ? schema.options[0] : null;
    case 'string':
      return 'as the simulator says';
    case 'number':
      return 1;
    case 'boolean':
      return false;
    case 'nullable':
      return null;
    default:
      return null;
  }
}

const isOptional = (schema: unknown): boolean =>
  typeof schema === 'object' && schema !== null && 'type' in schema && schema.type === 'exact_optional';
