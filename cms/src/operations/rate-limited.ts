import { CardwrightError } from '@cardwright/protocol';

/**
 * The error `RATE_LIMITED`, with the time after which the same request may succeed. HTTP answers carry it as `retry-after`.
 *
 * @example
 * new RateLimited(90_000).retryAfter; // 90
 */
export class RateLimited extends CardwrightError<'RATE_LIMITED'> {
  /** Whole seconds until the same request may succeed. */
  readonly retryAfter: number;

  /** @param milliseconds the time until the same request may succeed; rounded up to whole seconds, at least one */
  constructor(milliseconds: number) {
    super('RATE_LIMITED');
    this.retryAfter = Math.max(1, Math.ceil(milliseconds / 1000));
  }
}
