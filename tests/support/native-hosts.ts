import { setTimeout as delay } from 'node:timers/promises';
import type { Stage } from '@cardwright/demo';

/** In the command line of a host, bundled or not. */
const HOST = 'native-host/dist/';
/** Milliseconds in which a host must have been started, or have ended. */
const HOST_MS = 20_000;
const LOOK_EVERY_MS = 20;

/** Processes of native hosts that run on a stage now. */
export const hostsOf = (stage: Stage): number[] => stage.processes(HOST);

/** Waits until a native host runs, and returns its process. */
export async function hostStarts(stage: Stage): Promise<number> {
  const end = Date.now() + HOST_MS;
  for (;;) {
    const [host] = hostsOf(stage);
    if (host !== undefined) return host;
    if (Date.now() > end) throw new Error(`no native host was started within ${HOST_MS} ms`);
    await delay(LOOK_EVERY_MS);
  }
}

/** Waits until no native host runs any more. */
export async function hostsEnd(stage: Stage): Promise<void> {
  const end = Date.now() + HOST_MS;
  while (hostsOf(stage).length > 0) {
    if (Date.now() > end) throw new Error(`native hosts still run after ${HOST_MS} ms: ${hostsOf(stage).join(', ')}`);
    await delay(LOOK_EVERY_MS);
  }
}
