/** The clock of a card. A simulation provides one that it can move. */
export interface CardClock {
  /** Milliseconds. Only differences count. */
  now(): number;
  /** Calls back once after this time. Returns a function that cancels this. */
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
