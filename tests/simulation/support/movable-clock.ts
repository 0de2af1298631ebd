import type { Cancel, Clock } from '@cardwright/native-host';

interface Timer {
  /** Milliseconds since 1970. */
  readonly due: number;
  readonly fire: () => void;
}

/** A clock that runs like any other, and can be moved forward: what is due by then happens at once, in its order. */
export class MovableClock implements Clock {
  readonly #timers = new Set<Timer>();
  #ahead = 0;

  now(): number {
    return Date.now() + this.#ahead;
  }

  /** No timer keeps the process alive, so a test that still waits for one when it ends never sees it. */
  after(milliseconds: number, callback: () => void): Cancel {
    const cancel = (): void => {
      clearTimeout(running);
      this.#timers.delete(timer);
    };
    const fire = (): void => {
      cancel();
      callback();
    };
    const running = setTimeout(fire, milliseconds).unref();
    const timer: Timer = { due: this.now() + milliseconds, fire };
    this.#timers.add(timer);
    return cancel;
  }

  /** Moves it forward in place of waiting. */
  pause(milliseconds: number): Promise<void> {
    this.advance(milliseconds);
    return Promise.resolve();
  }

  /** Has it show the system's time again. */
  setRight(): void {
    this.#ahead = 0;
  }

  /** Moves it forward by so many milliseconds. */
  advance(milliseconds: number): void {
    this.#ahead += milliseconds;
    const due = [...this.#timers].filter((timer) => timer.due <= this.now()).sort((a, b) => a.due - b.due);
    for (const timer of due) if (this.#timers.has(timer)) timer.fire();
  }
}
