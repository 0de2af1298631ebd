import { PRODUCT_VERSION, type CardwrightError } from '@cardwright/protocol';
import { LitElement, css, html, nothing, type TemplateResult } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import { copyIcon, warningIcon } from './icons.js';
import { chooseText, describe, reasonOf } from './text.js';
import { buttons, theme } from './theme.js';

/** Says what went wrong and what to do, and offers the details for a help desk. */
@customElement('cardwright-error-pane')
export class ErrorPane extends LitElement {
  static override readonly styles = [
    theme,
    buttons,
    css`
      section {
        display: grid;
        grid-template-columns: auto minmax(0, 1fr);
        gap: var(--space-3) var(--space-4);
        padding: var(--space-4);
        border: 1px solid color-mix(in srgb, var(--bad) 35%, var(--surface));
        border-radius: var(--radius);
        background: var(--bad-soft);
      }

      .sign {
        display: flex;
        color: var(--bad);
      }

      .sign svg {
        width: 28px;
        height: 28px;
      }

      h2 {
        font-size: 1.0625rem;
      }

      .code {
        margin-top: var(--space-1);
        font-size: 0.875rem;
        color: var(--bad);
        overflow-wrap: anywhere;
      }

      dl {
        display: grid;
        gap: var(--space-3);
        margin-top: var(--space-3);
      }

      dt {
        font-size: 0.875rem;
        font-weight: 600;
      }

      button {
        justify-self: start;
        margin-top: var(--space-3);
      }
    `,
  ];

  @property({ attribute: false }) accessor text = chooseText();
  @property({ attribute: false }) accessor error: CardwrightError | null = null;
  /** Where it happened, for the copied details. */
  @property() accessor where = '';
  /** A sentence after the remedy. */
  @property() accessor more = '';
  @state() private accessor isCopied = false;

  protected override willUpdate(changed: Map<PropertyKey, unknown>): void {
    if (changed.has('error')) this.isCopied = false;
  }

  protected override render(): TemplateResult | typeof nothing {
    const { text, error } = this;
    if (error === null) return nothing;
    const [what, remedy] = describe(text, error);
    const reason = reasonOf(error);
    return html`<section role="alert">
      <div class="sign">${warningIcon}</div>
      <div>
        <h2>${what}</h2>
        <p class="code">${text.error(error.number, error.code)}</p>
        <dl>
          ${
            reason === null
              ? nothing
              : html`<div>
                  <dt>${text.reason}</dt>
                  <dd>${reason}</dd>
                </div>`
          }
          <div>
            <dt>${text.whatToDo}</dt>
            <dd>${remedy} ${this.more}</dd>
          </div>
        </dl>
        <button type="button" id="copy" @click=${this.#copy}>
          ${copyIcon}<span aria-live="polite">${this.isCopied ? text.copied : text.copyDetails}</span>
        </button>
      </div>
    </section>`;
  }

  readonly #copy = async (): Promise<void> => {
    if (this.error === null) return;
    await navigator.clipboard.writeText(JSON.stringify(detailsOf(this.error, this.where), null, 2));
    this.isCopied = true;
  };
}

/** What a help desk needs. Only plain values of the error's data: whatever may hold card data is nested deeper. */
export function detailsOf({ code, number, message, data }: CardwrightError, where: string): object {
  const plain = Object.entries(data).filter(([, value]) => typeof value !== 'object');
  return {
    code,
    number,
    message,
    data: Object.fromEntries(plain),
    where,
    time: new Date().toISOString(),
    origin: location.origin,
    sdk: PRODUCT_VERSION,
    browser: navigator.userAgent,
  };
}

declare global {
  interface HTMLElementTagNameMap {
    'cardwright-error-pane': ErrorPane;
  }
}
