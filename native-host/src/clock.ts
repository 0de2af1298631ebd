/** Takes a callback back. */
export type Cancel = () => void;

export interface AfterOptions {
  /** Whether it lets the process end before. */
  readonly background?: boolean;
}

/** The time that the host uses. A simulation brings one that it can move. */
export interface Clock {
  /** Milliseconds since 1970. */
  now(): number;
  /** Calls back once, so many milliseconds later. */
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

/** Resolves so many milliseconds later. */
export const pause = (clock: Clock, milliseconds: number): Promise<void> =>
  new Promise((resolve) => {
    clock.after(milliseconds, resolve);
  });
