import { createHook } from 'node:async_hooks';

/** Counts the passwords that this process hashes in the background, by the jobs that Node.js reports. */
export class Hashing {
  mostAtOnce = 0;
  done = 0;
  readonly #underWay = new Set<number>();
  readonly #hook = createHook({
    init: (job, type) => {
      if (type !== 'SCRYPTREQUEST') return;
      this.#underWay.add(job);
      this.mostAtOnce = Math.max(this.mostAtOnce, this.#underWay.size);
    },
    before: (job) => {
      if (this.#underWay.delete(job)) this.done += 1;
    },
  });

  constructor() {
    this.#hook.enable();
  }

  /** Counts the hashes during some work. */
  async during(work: () => Promise<unknown>): Promise<number> {
    const before = this.done;
    await work();
    return this.done - before;
  }

  end(): void {
    this.#hook.disable();
  }
}
