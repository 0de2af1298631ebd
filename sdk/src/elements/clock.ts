const MINUTE = 60;

/** Formats minutes and seconds, like 1:05. */
export const clockOf = (seconds: number): string =>
  `${Math.floor(seconds / MINUTE)}:${String(seconds % MINUTE).padStart(2, '0')}`;
