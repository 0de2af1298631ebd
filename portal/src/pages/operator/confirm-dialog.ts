import { buttons, theme } from '@cardwright/sdk/elements';
import { LitElement, html, nothing, type TemplateResult } from 'lit';
import { customElement, query, state } from 'lit/decorators.js';
import { dialogs } from '../dialog-styles.js';
import { whenClosed } from '../when-closed.js';

/** A question that an operator answers with one of two buttons. */
export interface Confirmation {
  readonly title: string;
  /** Paragraphs that tell the consequences. */
  readonly text: readonly string[];
  /** Label of the button that agrees. */
  readonly agree: string;
  /** Label of the button that changes nothing. */
  readonly refuse: string;
}

/** Asks an operator before something is lost. Escape counts as the button that changes nothing, which has the focus first. */
@customElement('portal-confirm-dialog')
export class ConfirmDialog extends LitElement {
  static override readonly styles = [theme, buttons, dialogs];

  @state() private accessor question: Confirmation | null = null;
  @query('dialog') private accessor dialog: HTMLDialogElement | null = null;
  @query('#refuse') private accessor refuse: HTMLButtonElement | null = null;
  #answer: ((isAgreed: boolean) => void) | null = null;

  /** Opens the dialog above the page. Returns true if the operator agrees. */
  async ask(question: Confirmation): Promise<boolean> {
    this.#settle(false);
    this.question = question;
    await this.updateComplete;
    return new Promise((resolve) => {
      this.#answer = resolve;
      this.dialog?.showModal();
      this.refuse?.focus();
    });
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#settle(false);
  }

  protected override render(): TemplateResult {
    return html`<dialog aria-labelledby="title" aria-describedby="text" @close=${this.#onClose}>
      ${this.question === null ? nothing : this.#form(this.question)}
    </dialog>`;
  }

  #form({ title, text, agree, refuse }: Confirmation): TemplateResult {
    return html`<form @submit=${this.#submit}>
      <h2 id="title">${title}</h2>
      <div class="text" id="text">${text.map((paragraph) => html`<p>${paragraph}</p>`)}</div>
      <footer>
        <button type="button" id="refuse" @click=${() => this.dialog?.close()}>${refuse}</button>
        <button type="submit" id="confirm" class="danger">${agree}</button>
      </footer>
    </form>`;
  }

  readonly #submit = (event: SubmitEvent): void => {
    event.preventDefault();
    this.#settle(true);
    this.dialog?.close();
  };

  readonly #onClose = whenClosed(() => this.#settle(false));

  /** Gives the answer, unless it was given already. */
  #settle(isAgreed: boolean): void {
    this.#answer?.(isAgreed);
    this.#answer = null;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'portal-confirm-dialog': ConfirmDialog;
  }
}
