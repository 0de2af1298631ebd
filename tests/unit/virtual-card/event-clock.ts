import type { CardClock } from '@cardwright/virtual-card';

interface Timer {
  readonly due: number;
  readonly fire: () => void;
}

/** A clock that jumps to the next timer as soon as nothing else is to be done, so that no test waits. */
export class EventClock implements CardClock {
  readonly #timers = new Set<Timer>();
  #now = 0;

  now(): number {
    return this.#now;
  }

  after(milliseconds: number, callback: () => void): () => void {
    const timer: Timer = { due: this.#now + milliseconds, fire: callback };
    this.#timers.add(timer);
    setImmediate(() => this.#fireNext());
    return () => this.#timers.delete(timer);
  }

  /** Moves it forward. */
  advance(milliseconds: number): void {
    this.#now += milliseconds;
  }

  #fireNext(): void {
    const [next] = [...this.#timers].sort((one, other) => one.due - other.due);
    if (!next) return;
    this.#timers.delete(next);
    this.#now = Math.max(this.#now, next.due);
    next.fire();
  }
}
