import { CardwrightError } from '@cardwright/protocol';
import * as v from 'valibot';
import { logDefect } from './log.js';

/**
 * Validates a result of the host against its schema. If the result does not fit, the host is at fault, not the caller, and the defect
 * is logged.
 *
 * @throws CardwrightError `HOST_ANSWER_INVALID`
 */
export function readHostAnswer<S extends v.GenericSchema>(
  schema: S,
  answer: unknown,
  method: string,
): v.InferOutput<S> {
  const parsed = v.safeParse(schema, answer);
  if (!parsed.success) {
    const error = new CardwrightError('HOST_ANSWER_INVALID');
    logDefect(`the host's result of ${method} is not what the table says`, error);
    throw error;
  }
  return parsed.output;
}
