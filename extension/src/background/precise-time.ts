/** Milliseconds by which the time computed from `performance.now()` may differ from `Date.now()` before it is corrected. */
const MAX_DRIFT = 1_000;

let origin = performance.timeOrigin;

/**
 * Returns the milliseconds since 1970, with fractions. The clock of `performance.now()` may stop while the computer sleeps, so a drift
 * is corrected.
 */
export function preciseTime(): number {
  const drift = Date.now() - (origin + performance.now());
  if (Math.abs(drift) > MAX_DRIFT) origin += drift;
  return origin + performance.now();
}
