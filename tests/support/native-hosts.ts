import { until, type Stage } from '@cardwright/stage';

/** In the command line of a host, bundled or not. */
const HOST = 'native-host/dist/';

/** Processes of native hosts that run on a stage now. */
export const hostsOf = (stage: Stage): number[] => stage.processes(HOST);

/** Waits until a native host runs, and returns its process. */
export const hostStarts = (stage: Stage): Promise<number> =>
  until(() => hostsOf(stage)[0], { what: 'a native host that was started' });

/** Waits until no native host runs any more. */
export async function hostsEnd(stage: Stage): Promise<void> {
  await until(() => hostsOf(stage).length === 0, { what: 'the end of every native host' });
}
