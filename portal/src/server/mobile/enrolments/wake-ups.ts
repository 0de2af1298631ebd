/**
 * Wakes listeners when work of this process on an enrolment is committed. Does not notice the work of other processes, so listeners also read the
 * database from time to time.
 */
export class WakeUps {
  readonly #waiting = new Map<string, Set<() => void>>();

  wake(enrolment: string): void {
    for (const wake of this.#waiting.get(enrolment) ?? []) wake();
  }

  /** Calls `wake` each time that work of this process on an enrolment was committed, until the returned function is called. */
  listen(enrolment: string, wake: () => void): () => void {
    const listeners = this.#waiting.get(enrolment) ?? new Set();
    this.#waiting.set(enrolment, listeners.add(wake));
    return () => {
      listeners.delete(wake);
      if (listeners.size === 0 && this.#waiting.get(enrolment) === listeners) this.#waiting.delete(enrolment);
    };
  }

  /** Number of enrolments with listeners. */
  get size(): number {
    return this.#waiting.size;
  }
}
