import type { RequestId } from '@cardwright/protocol/messages';

/** The running requests of a page. */
export class RunningRequests {
  readonly #running = new Map<RequestId, { controller: AbortController; done: Promise<void> }>();

  get size(): number {
    return this.#running.size;
  }

  has(id: RequestId): boolean {
    return this.#running.has(id);
  }

  start(id: RequestId, work: (signal: AbortSignal) => Promise<void>): void {
    const controller = new AbortController();
    // The request must be listed as running before it is answered.
    const done = Promise.resolve()
      .then(() => work(controller.signal))
      .finally(() => this.#running.delete(id));
    this.#running.set(id, { controller, done });
  }

  cancel(id: RequestId): void {
    this.#running.get(id)?.controller.abort();
  }

  cancelAll(): void {
    for (const { controller } of this.#running.values()) controller.abort();
  }

  /** Resolves when all requests that are running now have been answered. */
  async answered(): Promise<void> {
    await Promise.all([...this.#running.values()].map(({ done }) => done));
  }
}
