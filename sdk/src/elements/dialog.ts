import { LitElement, css, html, type TemplateResult } from 'lit';
import { customElement, property, query } from 'lit/decorators.js';
import { theme } from './theme.js';

/**
 * A modal dialog with Cardwright's appearance. Title and toolbar are at the top, and the buttons are at the bottom right. The browser's own
 * `<dialog>` keeps the focus inside. When the user wants to close the dialog, for example with Escape, the dialog stays open and fires
 * `dialog-cancel`.
 *
 * Slots: `toolbar` (top right), `steps` (below the title), the default slot for the content, and `footer` (bottom right).
 *
 * @example
 * <cardwright-dialog heading="Devices">You have no device yet.</cardwright-dialog>
 * await document.querySelector('cardwright-dialog')?.showModal();
 */
@customElement('cardwright-dialog')
export class Dialog extends LitElement {
  static override readonly styles = [
    theme,
    css`
      dialog {
        width: min(40rem, calc(100vw - 2 * var(--space-4)));
        max-width: none;
        max-height: calc(100dvh - 2 * var(--space-4));
        padding: 0;
        border: 1px solid var(--line);
        border-radius: calc(var(--radius) + 4px);
        background: var(--surface);
        color: var(--text);
        box-shadow: var(--shadow);
        overflow: auto;
      }

      dialog::backdrop {
        background: rgb(12 16 24 / 55%);
      }

      dialog[open] {
        animation: rise 160ms ease-out;
      }

      @keyframes rise {
        from {
          opacity: 0;
          translate: 0 8px;
        }
      }

      header {
        display: flex;
        flex-wrap: wrap;
        align-items: center;
        justify-content: space-between;
        gap: var(--space-3);
        min-height: 72px;
        padding: var(--space-4) var(--space-5);
      }

      h1 {
        font-size: 1.25rem;
      }

      .steps {
        padding: 0 var(--space-5) var(--space-4);
        border-bottom: 1px solid var(--line);
      }

      .content {
        min-height: 288px;
        padding: var(--space-5);
      }

      footer {
        position: sticky;
        bottom: 0;
        display: flex;
        flex-wrap: wrap;
        justify-content: flex-end;
        gap: var(--space-2);
        padding: var(--space-3) var(--space-5);
        border-top: 1px solid var(--line);
        background: var(--surface-raised);
      }

      @media (max-width: 520px) {
        header {
          min-height: 64px;
          padding: var(--space-3) var(--space-4);
        }

        h1 {
          min-width: 0;
          font-size: 1.125rem;
        }

        .steps {
          padding: 0 var(--space-4) var(--space-3);
        }

        .content {
          padding: var(--space-4);
        }

        footer {
          padding: var(--space-3) var(--space-4);
        }
      }

      @media (prefers-reduced-motion: reduce) {
        dialog[open] {
          animation: none;
        }
      }
    `,
  ];

  @property() accessor heading = '';
  @query('dialog') private accessor dialog: HTMLDialogElement | null = null;

  #isWanted = false;

  /** Opens the dialog above the page, once it is rendered. */
  async showModal(): Promise<void> {
    this.#isWanted = true;
    window.addEventListener('keydown', this.#onKeydown);
    await this.updateComplete;
    if (this.dialog?.open === false) this.dialog.showModal();
  }

  close(): void {
    this.#isWanted = false;
    window.removeEventListener('keydown', this.#onKeydown);
    this.dialog?.close();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.close();
  }

  protected override render(): TemplateResult {
    return html`
      <dialog aria-labelledby="title" @cancel=${this.#onCancel} @close=${this.#onClose}>
        <header>
          <h1 id="title">${this.heading}</h1>
          <slot name="toolbar"></slot>
        </header>
        <div class="steps"><slot name="steps"></slot></div>
        <div class="content"><slot></slot></div>
        <footer><slot name="footer"></slot></footer>
      </dialog>
    `;
  }

  /**
   * Prevents the browser from closing the dialog on Escape, because the surrounding element decides whether to close it. The `keydown`
   * event can always be prevented, but `cancel` only once after each action of the user (HTML Standard, 6.10, "Close requests and close
   * watchers").
   */
  readonly #onKeydown = (event: KeyboardEvent): void => {
    if (event.key === 'Escape' && !event.isComposing) this.#onCancel(event);
  };

  readonly #onCancel = (event: Event): void => {
    event.preventDefault();
    this.dispatchEvent(new CustomEvent('dialog-cancel'));
  };

  /**
   * Opens the dialog again if the browser has closed it, for example after a gesture, and fires `dialog-cancel` as on Escape. The event comes after
   * the closing, so the dialog may have been opened again meanwhile.
   */
  readonly #onClose = (): void => {
    if (!this.#isWanted || this.dialog?.open !== false) return;
    this.dialog.showModal();
    this.dispatchEvent(new CustomEvent('dialog-cancel'));
  };
}

declare global {
  interface HTMLElementTagNameMap {
    'cardwright-dialog': Dialog;
  }
}
