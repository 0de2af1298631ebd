import type { Cancel, Clock } from '@cardwright/native-host/in-process';

interface Timer {
  /** Milliseconds since 1970. */
  readonly due: number;
  readonly fire: () => void;
}

/** A clock that can be moved forward. Timers that become due fire at once, in their order. */
export class MovableClock implements Clock {
  readonly #timers = new Set<Timer>();
  readonly #began = Date.now();
  #ahead = 0;

  /** @param isRunning false for a clock that stands still until it is moved, so that no timer depends on how fast the machine is */
  constructor(private readonly isRunning = true) {}

  now(): number {
    return (this.isRunning ? Date.now() : this.#began) + this.#ahead;
  }

  /** Sets a timer that does not keep the process alive; one that is pending at the end of a test never fires. */
  after(milliseconds: number, callback: () => void): Cancel {
    const cancel = (): void => {
      clearTimeout(running);
      this.#timers.delete(timer);
    };
    const fire = (): void => {
      cancel();
      callback();
    };
    const running = this.isRunning ? setTimeout(fire, milliseconds).unref() : undefined;
    const timer: Timer = { due: this.now() + milliseconds, fire };
    this.#timers.add(timer);
    return cancel;
  }

  /** Moves the clock forward instead of waiting. */
  pause(milliseconds: number): Promise<void> {
    this.advance(milliseconds);
    return Promise.resolve();
  }

  /** Sets the clock back to the system's time. */
  setRight(): void {
    this.#ahead = 0;
  }

  /** Moves the clock forward by so many milliseconds. */
  advance(milliseconds: number): void {
    this.#ahead += milliseconds;
    const due = [...this.#timers].filter((timer) => timer.due <= this.now()).sort((a, b) => a.due - b.due);
    for (const timer of due) if (this.#timers.has(timer)) timer.fire();
  }
}
