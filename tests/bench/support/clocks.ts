import { readFileSync } from 'node:fs';

/**
 * The clocks of `npm run bench`. Nothing that Jest runs imports this file (`unit/bench/figures-are-no-verdicts`): what depends on how fast a
 * machine is, or on what else it does, is no test.
 */

/** Clock ticks of a second, in which Linux counts the time of processes (`getconf CLK_TCK`). */
const TICKS = 100;
/** Places of `utime` and `stime` in `/proc/PID/stat` (proc(5)), counted behind the name of the program. */
const OWN = [11, 12] as const;

/** Returns the milliseconds that some work takes. */
export async function elapsed(work: () => Promise<unknown>): Promise<number> {
  const begun = performance.now();
  await work();
  return performance.now() - begun;
}

/** Returns a function that returns the milliseconds since. */
export function stopwatch(): () => number {
  const begun = performance.now();
  return () => performance.now() - begun;
}

/** Returns the milliseconds of processor time that this process uses for some work, with all of its threads. */
export async function processorTime(work: () => Promise<unknown>): Promise<number> {
  const before = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}

/** Returns the milliseconds of processor time that another process uses during some work, to ten. */
export async function processorTimeOf(pid: number, work: () => Promise<unknown>): Promise<number> {
  const before = usedBy(pid);
  await work();
  return usedBy(pid) - before;
}

function usedBy(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return OWN.reduce((sum, place) => sum + (Number(fields[place]) * 1000) / TICKS, 0);
}
