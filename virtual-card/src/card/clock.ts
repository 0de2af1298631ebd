/** The clock of a card. A simulation provides a clock that it can advance itself. */
export interface CardClock {
  /** Returns a time in milliseconds. Only differences between two times have a meaning. */
  now(): number;
  /** Calls `callback` once after this time. Returns a function that cancels the call. */
  after(milliseconds: number, callback: () => void): () => void;
}

/** The system's clock. A waiting card does not keep the process alive. */
export const cardClock: CardClock = {
  now: () => performance.now(),
  after(milliseconds, callback) {
    const timer = setTimeout(callback, milliseconds).unref();
    return () => clearTimeout(timer);
  },
};
