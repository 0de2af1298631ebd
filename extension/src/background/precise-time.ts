/** Milliseconds by which the two clocks may differ before the finer one is set again. */
const MAX_DRIFT = 1_000;

let origin = performance.timeOrigin;

/** Returns milliseconds since 1970, with fractions. The fine clock stops while the computer sleeps, and is then set again. */
export function preciseTime(): number {
  const drift = Date.now() - (origin + performance.now());
  if (Math.abs(drift) > MAX_DRIFT) origin += drift;
  return origin + performance.now();
}
