import { css, html, type TemplateResult } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import { clockOf } from '../clock.js';
import { clockIcon } from '../icons.js';
import { theme } from '../theme.js';
import { MobileElement } from './mobile-element.js';

const SECOND = 1000;
const MINUTE = 60;
/** Numbers of minutes left at which a screen reader announces the time. To announce each second would be too much. */
const ANNOUNCED: readonly number[] = [5, 1];

/** Counts down to a moment, and fires `time-over` once when that moment has come. */
@customElement('cardwright-time-left')
export class TimeLeft extends MobileElement {
  static override readonly styles = [
    theme,
    css`
      p {
        display: inline-flex;
        align-items: center;
        gap: var(--space-1);
        font-size: 0.875rem;
        color: var(--text-muted);
        font-variant-numeric: tabular-nums;
      }

      p.short {
        color: var(--warn);
      }

      svg {
        width: 16px;
        height: 16px;
        flex: none;
      }
    `,
  ];

  /** The moment, as an ISO 8601 timestamp. */
  @property() accessor until = '';
  /** Returns the milliseconds since 1970 on the CMS's clock, because the CMS has set the moment. */
  @property({ attribute: false }) accessor now: () => number = Date.now;
  /** Whole seconds until the moment. */
  @state() private accessor left = 0;
  @state() private accessor announcement = '';
  #timer: ReturnType<typeof setInterval> | undefined;
  /** Value of `until` for which `time-over` has been fired. */
  #told = '';

  override connectedCallback(): void {
    super.connectedCallback();
    this.#timer = setInterval(() => this.#tick(), SECOND);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    clearInterval(this.#timer);
  }

  protected override willUpdate(changed: Map<PropertyKey, unknown>): void {
    if (changed.has('until')) this.left = secondsUntil(this.until, this.now());
  }

  protected override render(): TemplateResult {
    return html`<p class=${this.left <= MINUTE ? 'short' : ''} role="timer">
        ${clockIcon}<span>${this.text.mobile.timeLeft(clockOf(this.left))}</span>
      </p>
      <span class="visually-hidden" role="status">${this.announcement}</span>`;
  }

  #tick(): void {
    const before = this.left;
    this.left = secondsUntil(this.until, this.now());
    const passed = ANNOUNCED.find((minutes) => before > minutes * MINUTE && this.left <= minutes * MINUTE);
    if (passed !== undefined) this.announcement = this.text.mobile.minutesLeft(passed);
    if (Date.parse(this.until) > this.now() || this.#told === this.until) return;
    this.#told = this.until;
    this.dispatchEvent(new CustomEvent('time-over'));
  }
}

/**
 * Returns the whole seconds until a moment, at least zero. The seconds are rounded down, because the CMS states its time in whole seconds
 * (RFC 9110, 6.6.1): the CMS's real time may be up to a second later than `now`.
 *
 * @param now milliseconds since 1970
 */
export const secondsUntil = (moment: string, now: number): number =>
  Math.max(0, Math.floor((Date.parse(moment) - now) / SECOND));

declare global {
  interface HTMLElementTagNameMap {
    'cardwright-time-left': TimeLeft;
  }
}
