/** The time that a card uses. A simulation brings one that it can move. */
export interface CardClock {
  /** Milliseconds; only differences count. */
  now(): number;
  /** Calls back once, so many milliseconds later; what it returns takes that back. */
  after(milliseconds: number, callback: () => void): () => void;
}

/** The system's time. A card that waits keeps no process alive. */
export const cardClock: CardClock = {
  now: () => performance.now(),
  after(milliseconds, callback) {
    const timer = setTimeout(callback, milliseconds).unref();
    return () => clearTimeout(timer);
  },
};
