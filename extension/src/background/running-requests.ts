import type { RequestId } from '@cardwright/protocol';

/** The requests of a page that are under way. */
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
    // The answer must not come before the request is listed as under way.
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

  /** Resolves when those are answered that are under way now. */
  async answered(): Promise<void> {
    await Promise.all([...this.#running.values()].map(({ done }) => done));
  }
}
