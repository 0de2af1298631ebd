import { until, type Stage } from '@cardwright/stage';

/** A part of the command line of every host, bundled or not. */
const HOST = 'native-host/dist/';

/** Returns the running native hosts of a stage. */
export const hostsOf = (stage: Stage): number[] => stage.processes(HOST);

/** Waits until a native host runs, and returns its process. */
export const hostStarts = (stage: Stage): Promise<number> =>
  until(() => hostsOf(stage)[0], { what: 'a native host that was started' });

/** Waits until no native host runs any more. */
export async function hostsEnd(stage: Stage): Promise<void> {
  await until(() => hostsOf(stage).length === 0, { what: 'the end of every native host' });
}
