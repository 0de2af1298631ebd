const MINUTE = 60;

/** Formats whole seconds as minutes and seconds, for example 1:05. */
export const clockOf = (seconds: number): string =>
  `${Math.floor(seconds / MINUTE)}:${String(seconds % MINUTE).padStart(2, '0')}`;
