import * as v from 'valibot';
import { CardwrightError } from './errors.js';

/**
 * Validates data from outside against a schema, and returns the data in the form of the schema.
 *
 * @throws CardwrightError `INVALID_PARAMS` with the path of the first wrong member (empty for the data itself), never with its value
 * @example
 * const { devices } = validate(commands['device.list'].result, JSON.parse(answer));
 */
export function validate<S extends v.GenericSchema>(schema: S, value: unknown): v.InferOutput<S> {
  const parsed = v.safeParse(schema, value, { abortEarly: true });
  if (parsed.success) return parsed.output;
  const [issue] = parsed.issues;
  const path = v.getDotPath(issue) ?? '';
  throw new CardwrightError('INVALID_PARAMS', { path, problem: `expected ${issue.expected ?? 'another value'}` });
}
