import { once } from 'node:events';
import { connect } from 'node:net';
import { createInterface } from 'node:readline';
import * as v from 'valibot';
import { KEEPER } from './keeper-address.js';
import { type PartName, type PlaceOf, PLACES } from './parts.js';

/**
 * Asks the keeper (`PartsKeeper`) for a shared part of the tests, such as a Chromium, for this worker (`JEST_WORKER_ID`). Returns the part's place
 * (`PLACES`). The first request for a part starts the part.
 *
 * @param options options with which the first request starts the part; later requests for the part ignore their options
 * @throws if no keeper runs, or if the part did not start; the message contains the reason
 */
export async function askKeeper<N extends PartName>(part: N, options: object = {}): Promise<PlaceOf<N>> {
  const address = process.env[KEEPER];
  if (address === undefined) throw new Error('Tests that share parts are run by `npm test -- PATH`.');
  const socket = connect(address);
  await once(socket, 'connect');
  try {
    socket.write(`${JSON.stringify({ worker: process.env.JEST_WORKER_ID ?? '1', part, options })}\n`);
    for await (const line of createInterface({ input: socket })) return placeIn(line, part);
    throw new Error(`The keeper of parts ended before it answered for ${part}.`);
  } finally {
    socket.destroy();
  }
}

function placeIn<N extends PartName>(line: string, part: N): PlaceOf<N> {
  const answer = v.parse(
    v.union([v.strictObject({ part: v.unknown() }), v.strictObject({ error: v.string() })]),
    JSON.parse(line),
  );
  if ('error' in answer) throw new Error(`${part} did not start: ${answer.error}`);
  const schema: v.GenericSchema<unknown, PlaceOf<N>> = PLACES[part];
  return v.parse(schema, answer.part);
}
