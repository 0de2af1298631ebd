import { css, html, nothing, type TemplateResult } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import { clockOf } from './clock.js';
import { theme } from './theme.js';
import { WordedElement } from './worded-element.js';

/** Seconds without progress after which the user sees how long there has been no progress. */
const STALLED_AFTER = 15;
const SECOND = 1000;

/** Shows how long there has been no progress, once this time is unusually long. */
@customElement('cardwright-stall-clock')
export class StallClock extends WordedElement {
  static override readonly styles = [
    theme,
    css`
      p {
        min-height: 1.5em;
        margin-top: var(--space-2);
        font-variant-numeric: tabular-nums;
      }
    `,
  ];

  /** Any text that changes with the progress. The time starts again whenever the text changes. */
  @property() accessor mark = '';
  @state() private accessor seconds = 0;
  #since = performance.now();
  #timer: ReturnType<typeof setInterval> | undefined;

  override connectedCallback(): void {
    super.connectedCallback();
    this.#timer = setInterval(() => {
      this.seconds = Math.floor((performance.now() - this.#since) / SECOND);
    }, SECOND);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    clearInterval(this.#timer);
  }

  protected override willUpdate(changed: Map<PropertyKey, unknown>): void {
    if (!changed.has('mark')) return;
    this.#since = performance.now();
    this.seconds = 0;
  }

  protected override render(): TemplateResult {
    const isStalled = this.seconds >= STALLED_AFTER;
    return html`<p class="muted">${isStalled ? this.text.stalled(clockOf(this.seconds)) : nothing}</p>`;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'cardwright-stall-clock': StallClock;
  }
}
