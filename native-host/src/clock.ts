/** Cancels a callback that was not called yet. */
export type Cancel = () => void;

export interface AfterOptions {
  /** Set when the timer does not keep the process alive. Default: false. */
  readonly background?: boolean;
}

/** The clock of the host. A simulation provides a clock that it can set forward. */
export interface Clock {
  /** Returns the time in milliseconds since 1970. */
  now(): number;
  /** Calls `callback` one time, after `milliseconds`. Returns a function that cancels the call. */
  after(milliseconds: number, callback: () => void, options?: AfterOptions): Cancel;
}

export const systemClock: Clock = {
  now: () => Date.now(),
  after(milliseconds, callback, { background = false } = {}) {
    const timer = setTimeout(callback, milliseconds);
    if (background) timer.unref();
    return () => clearTimeout(timer);
  },
};

/** Resolves after `milliseconds`. */
export const pause = (clock: Clock, milliseconds: number): Promise<void> =>
  new Promise((resolve) => {
    clock.after(milliseconds, resolve);
  });
