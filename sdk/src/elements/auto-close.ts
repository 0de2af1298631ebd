import { css, html, nothing, type TemplateResult } from 'lit';
import { customElement, state } from 'lit/decorators.js';
import { theme } from './theme.js';
import { WordedElement } from './worded-element.js';

/** Seconds after which a finished dialog closes by itself. */
const CLOSES_AFTER = 10;
const SECOND = 1000;

/**
 * Counts down the seconds until a dialog closes by itself, then fires `auto-close`. The countdown stops when the pointer moves over the
 * dialog, or one of its buttons gets the focus. When the pointer moves beside the dialog, or the focus leaves an element of the dialog, a
 * stopped countdown starts again from the beginning, provided that no button of the dialog has the focus.
 */
@customElement('cardwright-auto-close')
export class AutoClose extends WordedElement {
  static override readonly styles = [
    theme,
    css`
      p {
        min-height: 1.5em;
        margin-top: var(--space-4);
        font-size: 0.875rem;
      }
    `,
  ];

  /** Seconds left; null while the countdown is stopped. */
  @state() private accessor left: number | null = CLOSES_AFTER;
  #timer: ReturnType<typeof setInterval> | undefined;
  #area: Element | null = null;
  readonly #listening = new AbortController();

  override connectedCallback(): void {
    super.connectedCallback();
    const area = this.closest('cardwright-dialog');
    const { signal } = this.#listening;
    // Only a moving pointer shows that the user still needs the dialog. A pointer that rests where the dialog appears does not.
    area?.addEventListener('pointermove', (event) => this.#onMove(event), { signal });
    area?.addEventListener('focusin', () => this.#restWhileFocused(), { signal });
    area?.addEventListener('focusout', () => this.#resume(), { signal });
    this.#area = area;
    this.#begin();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#listening.abort();
    clearInterval(this.#timer);
  }

  protected override render(): TemplateResult {
    return html`<p class="muted" aria-hidden="true">
      ${this.left === null ? nothing : this.text.closesIn(this.left)}
    </p>`;
  }

  #begin(): void {
    this.#rest();
    this.left = CLOSES_AFTER;
    this.#timer = setInterval(() => {
      this.left = (this.left ?? CLOSES_AFTER) - 1;
      if (this.left > 0) return;
      this.#rest();
      this.dispatchEvent(new CustomEvent('auto-close', { bubbles: true, composed: true }));
    }, SECOND);
  }

  #rest(): void {
    clearInterval(this.#timer);
    this.left = null;
  }

  #resume(): void {
    if (this.left === null && !this.#hasFocusedButton()) this.#begin();
  }

  #onMove(event: Event): void {
    if (!(event instanceof PointerEvent) || (event.movementX === 0 && event.movementY === 0)) return;
    // An event on the backdrop has the `<dialog>` itself as its target.
    if (event.composedPath()[0] instanceof HTMLDialogElement) this.#resume();
    else this.#rest();
  }

  #restWhileFocused(): void {
    if (this.#hasFocusedButton()) this.#rest();
  }

  /** True if a button of the dialog has the focus. The heading does not count, because the dialog itself focuses it. */
  #hasFocusedButton(): boolean {
    return this.#area?.querySelector('button:focus') instanceof Element;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'cardwright-auto-close': AutoClose;
  }
}
