import { setTimeout as sleep } from 'node:timers/promises';

/**
 * Waits for work no longer than a deadline.
 *
 * @param limit milliseconds
 * @param work gets a signal that is aborted when it takes too long
 * @param late what it is rejected with then; what the work failed with after its abort is the cause
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
    // Work that was told to stop fails with an error of its own.
    throw overtime.signal.aborted ? late(error) : error;
  } finally {
    deadline.catch(() => undefined);
    answered.abort();
  }
}
