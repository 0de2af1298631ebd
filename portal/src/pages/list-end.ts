import { buttons, theme } from '@cardwright/sdk/elements';
import { LitElement, css, html, nothing, type TemplateResult } from 'lit';
import { customElement, property, query, state } from 'lit/decorators.js';
import { text } from './text.js';

/** The end of a paged list: the number of visible entries, and the button for more. */
@customElement('portal-list-end')
export class ListEnd extends LitElement {
  static override readonly styles = [
    theme,
    buttons,
    css`
      div {
        display: flex;
        flex-wrap: wrap;
        align-items: center;
        gap: var(--space-3);
        /* As high with the button as without. */
        min-height: 44px;
        margin-top: var(--space-3);
      }
    `,
  ];

  /** The number of visible entries, in words. */
  @property({ attribute: false }) accessor shown = '';
  /** Reads the next page of the list; null if there is no next page. */
  @property({ attribute: false }) accessor more: (() => Promise<void>) | null = null;
  @state() private accessor isReading = false;
  @query('p') private accessor line: HTMLElement | null = null;

  protected override render(): TemplateResult {
    return html`<div>
      <p class="muted" role="status" tabindex="-1">${this.shown}</p>
      ${
        this.more === null
          ? nothing
          : html`<button type="button" data-action="more" aria-disabled=${this.isReading} @click=${this.#read}>
              ${text.list.more}
            </button>`
      }
    </div>`;
  }

  readonly #read = async (): Promise<void> => {
    if (this.isReading) return;
    this.isReading = true;
    await this.more?.();
    this.isReading = false;
    await this.updateComplete;
    // After the last page the button is removed, and the focus would be lost with it.
    if (this.more === null) this.line?.focus();
  };
}

declare global {
  interface HTMLElementTagNameMap {
    'portal-list-end': ListEnd;
  }
}
