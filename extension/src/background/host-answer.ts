import { CardwrightError } from '@cardwright/protocol';
import * as v from 'valibot';
import { logDefect } from './log.js';

/**
 * Reads what a host answered. Whoever asked did nothing wrong: it is the host that does not follow the table.
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
