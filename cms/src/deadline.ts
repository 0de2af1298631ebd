import { setTimeout as sleep } from 'node:timers/promises';

/**
 * Waits for work until a deadline. Work that ignores its signal continues, and its outcome is dropped.
 *
 * @param limit milliseconds
 * @param work gets a signal that is aborted at the deadline
 * @param late makes the error of a missed deadline from the error that ended the wait (`cause`)
 * @throws the error that `late` makes, if the deadline is missed; the error of the work, if the work fails before the deadline
 */
export async function withDeadline<T>(
  limit: number,
  work: (signal: AbortSignal) => Promise<T>,
  late: (cause: unknown) => Error,
): Promise<T> {
  const overtime = new AbortController();
  const answered = new AbortController();
  const deadline = sleep(limit, undefined, { signal: answered.signal, ref: false }).then(() => {
    overtime.abort();
    throw new Error(`no answer within ${limit} ms`);
  });
  try {
    return await Promise.race([work(overtime.signal), deadline]);
  } catch (error) {
    // Aborted work may fail with an error of its own before the deadline is reported. That error becomes the cause.
    throw overtime.signal.aborted ? late(error) : error;
  } finally {
    deadline.catch(() => undefined);
    answered.abort();
  }
}
