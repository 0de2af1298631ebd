/** Wakes those in this process who wait for a change of an enrolment. Other processes only see it in the database. */
export class WakeUps {
  readonly #waiting = new Map<string, Set<() => void>>();

  wake(enrolment: string): void {
    for (const wake of this.#waiting.get(enrolment) ?? []) wake();
  }

  /** Calls `wake` after each change of an enrolment, until the function that it returns is called. */
  listen(enrolment: string, wake: () => void): () => void {
    const listeners = this.#waiting.get(enrolment) ?? new Set();
    this.#waiting.set(enrolment, listeners.add(wake));
    return () => {
      listeners.delete(wake);
      if (listeners.size === 0 && this.#waiting.get(enrolment) === listeners) this.#waiting.delete(enrolment);
    };
  }

  /** How many enrolments anyone waits for. */
  get size(): number {
    return this.#waiting.size;
  }
}
