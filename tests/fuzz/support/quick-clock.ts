import type { Cancel, Clock } from '@cardwright/native-host/in-process';

/** A clock that runs faster than time, so that a time limit of a minute ends a command in less than a second. */
export class QuickClock implements Clock {
  readonly #began = performance.now();
  readonly #from = Date.now();

  constructor(private readonly speed = 100) {}

  now(): number {
    return this.#from + (performance.now() - this.#began) * this.speed;
  }

  after(milliseconds: number, callback: () => void): Cancel {
    const timer = setTimeout(callback, milliseconds / this.speed);
    return () => clearTimeout(timer);
  }
}
