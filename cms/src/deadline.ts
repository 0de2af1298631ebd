import { setTimeout as sleep } from 'node:timers/promises';

/**
 * Waits for work until a deadline.
 *
 * @param limit milliseconds
 * @param work gets a signal that is aborted at the deadline
 * @param late makes the error of a missed deadline; its cause is the error with which the aborted work failed
 */
export async function withDeadline<T>(
  limit: number,
  work: (signal: AbortSignal) => Promise<T>,
  late: (cause?: unknown) => Error,
): Promise<T> {
  const overtime = new AbortController();
  const answered = new AbortController();
  const deadline = sleep(limit, undefined, { signal: answered.signal, ref: false }).then(() => {
    overtime.abort();
    throw late();
  });
  try {
    return await Promise.race([work(overtime.signal), deadline]);
  } catch (error) {
    // Work that was aborted at the deadline fails with an error of its own, which becomes the cause.
    throw overtime.signal.aborted ? late(error) : error;
  } finally {
    deadline.catch(() => undefined);
    answered.abort();
  }
}
