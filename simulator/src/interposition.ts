import { request, wireError } from '@cardwright/protocol/messages';
import * as v from 'valibot';

/**
 * Environment variable with the path of the Unix socket between interposer and simulator. The interposer sends announcements, the simulator verdicts,
 * each as one line of JSON.
 */
export const SOCKET_VARIABLE = 'CARDWRIGHT_SIMULATOR_SOCKET';

/** Environment variable with the path of the real host's JavaScript file. */
export const HOST_VARIABLE = 'CARDWRIGHT_SIMULATED_HOST';

/** The interposer announces each request of the browser by its method alone, never by its content. */
export const announcement = v.strictObject({ method: v.string() });

/** The decision about a request: the request passes, is answered with an error, or is lost because the host is killed. */
export const verdict = v.variant('act', [
  v.strictObject({ act: v.literal('pass') }),
  v.strictObject({ act: v.literal('refuse'), error: wireError }),
  v.strictObject({ act: v.literal('crash') }),
]);
export type Verdict = v.InferOutput<typeof verdict>;

/** Returns the request in a message of the browser. Returns null if the message is no request. */
export function requestOfHost(message: unknown): v.InferOutput<typeof request> | null {
  const parsed = v.safeParse(request, message);
  return parsed.success ? parsed.output : null;
}
