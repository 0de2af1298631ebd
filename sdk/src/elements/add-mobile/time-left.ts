import { css, html, type TemplateResult } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import { clockOf } from '../clock.js';
import { clockIcon } from '../icons.js';
import { theme } from '../theme.js';
import { MobileElement } from './mobile-element.js';

const SECOND = 1000;
const MINUTE = 60;
/** Minutes left at which a screen reader announces the time; every second would be too much. */
const ANNOUNCED: readonly number[] = [5, 1];

/** Counts down to a moment, and fires `time-over` once it has come. */
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

  /** Moment as an ISO timestamp. */
  @property() accessor until = '';
  /** Returns milliseconds since 1970, by the clock that has set the moment. */
  @property({ attribute: false }) accessor now: () => number = Date.now;
  /** Whole seconds. */
  @state() private accessor left = 0;
  @state() private accessor announcement = '';
  #timer: ReturnType<typeof setInterval> | undefined;
  /** The moment for which `time-over` was fired. */
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
 * Returns the whole seconds until a moment, at least zero. They are rounded down, because a CMS states its time in whole seconds too
 * (RFC 9110, 6.6.1), up to a second late.
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
