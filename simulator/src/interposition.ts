import { request, wireError } from '@cardwright/protocol';
import * as v from 'valibot';

/** What interposer and simulator say to each other over the Unix socket that this variable names: JSON lines. */
export const SOCKET_VARIABLE = 'CARDWRIGHT_SIMULATOR_SOCKET';

/** Names the real host's JavaScript file. */
export const HOST_VARIABLE = 'CARDWRIGHT_SIMULATED_HOST';

/** The interposer tells each request of the browser by its method alone: never what is in it. */
export const announcement = v.strictObject({ method: v.string() });

/** What becomes of the request: it passes, is answered with an error, or is the last thing that the host hears. */
export const verdict = v.variant('act', [
  v.strictObject({ act: v.literal('pass') }),
  v.strictObject({ act: v.literal('refuse'), error: wireError }),
  v.strictObject({ act: v.literal('crash') }),
]);
export type Verdict = v.InferOutput<typeof verdict>;

/** A message of the browser, where it is a request. */
export function requestOfHost(message: unknown): v.InferOutput<typeof request> | null {
  const parsed = v.safeParse(request, message);
  return parsed.success ? parsed.output : null;
}
