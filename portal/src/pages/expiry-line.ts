import { css, html, nothing, type TemplateResult } from 'lit';
import type { DeviceDescription } from './api.js';
import { formatDate } from './dates.js';
import { text } from './text.js';

/**
 * Says until when a device is good: in its last days how many are left, and afterwards that its certificates have expired.
 *
 * @param goodUntil the end of its certificates (ISO 8601), if that is not soon; null if it is not to be shown
 */
export function expiryLine(
  expiry: DeviceDescription['expiry'],
  goodUntil: string | null,
): TemplateResult | typeof nothing {
  if (expiry !== null) {
    const date = formatDate(expiry.at);
    const words = expiry.days === 0 ? text.expiredOn(date) : text.expiresIn(expiry.days, date);
    return html`<p class="good-until soon">${words}</p>`;
  }
  return goodUntil === null ? nothing : html`<p class="good-until">${text.goodUntil(formatDate(goodUntil))}</p>`;
}

export const expiryStyles = css`
  .good-until.soon {
    color: var(--warn);
    font-weight: 600;
  }
`;
