import { CardwrightError } from '@cardwright/protocol';
import * as v from 'valibot';

/**
 * Reads what a host answered to the extension itself.
 *
 * @throws CardwrightError `HOST_ANSWER_INVALID`
 */
export function readHostAnswer<S extends v.GenericSchema>(schema: S, answer: unknown): v.InferOutput<S> {
  const parsed = v.safeParse(schema, answer);
  if (!parsed.success) throw new CardwrightError('HOST_ANSWER_INVALID');
  return parsed.output;
}
