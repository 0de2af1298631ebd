import { buttons, theme } from '@cardwright/sdk/elements';
import { LitElement, html, nothing, type TemplateResult } from 'lit';
import { customElement, query, state } from 'lit/decorators.js';
import { dialogs } from './dialog-styles.js';
import { fields } from './form-styles.js';
import './fresh-proof.js';
import { text } from './text.js';
import { whenClosed } from './when-closed.js';

/** The questions of the dialog: for another name of a passkey, for its removal, or for a new proof of identity. */
type Question =
  | {
      readonly kind: 'rename' | 'remove';
      readonly name: string;
      /** What follows; null if nothing does. */
      readonly hint: string | null;
      readonly answer: (name: string) => void;
    }
  | { readonly kind: 'prove'; readonly answer: () => void };

/** The longest name in UTF-16 code units. The server counts the same. */
const LONGEST_NAME = 64;

/** Asks about a passkey. Escape and Cancel close the dialog without any change. The focus then returns to the button that opened the dialog. */
@customElement('portal-passkey-dialog')
export class PasskeyDialog extends LitElement {
  static override readonly styles = [theme, buttons, fields, dialogs];

  @state() private accessor question: Question | null = null;
  @state() private accessor problem: string | null = null;
  @query('dialog') private accessor dialog: HTMLDialogElement | null = null;
  @query('#passkey-name') private accessor input: HTMLInputElement | null = null;

  /** Opens the dialog above the page. */
  async ask(question: Question): Promise<void> {
    this.question = question;
    this.problem = null;
    await this.updateComplete;
    if (this.input && question.kind === 'rename') this.input.value = question.name;
    this.dialog?.showModal();
    this.input?.select();
  }

  protected override render(): TemplateResult {
    return html`<dialog aria-labelledby="title" @close=${this.#forget}>
      ${this.question === null ? nothing : this.#content(this.question)}
    </dialog>`;
  }

  #content(question: Question): TemplateResult {
    const { cancel, save, remove, renameTitle, removeTitle, proveTitle, columns } = text.signInPasskeys;
    const { kind } = question;
    const close = html`<button type="button" id="cancel" @click=${() => this.dialog?.close()}>${cancel}</button>`;
    const title = { rename: renameTitle, remove: removeTitle, prove: proveTitle }[kind];
    if (question.kind === 'prove')
      return html`<div class="content">
        <h2 id="title">${title}</h2>
        <portal-fresh-proof @portal-proved=${() => this.#answer(() => question.answer())}></portal-fresh-proof>
        <footer>${close}</footer>
      </div>`;
    return html`<form novalidate @submit=${this.#submit}>
      <h2 id="title">${title}</h2>
      ${
        kind === 'remove'
          ? html`<p>${question.hint}</p>`
          : html`<label for="passkey-name">
              ${columns.name}
              <input
                id="passkey-name"
                maxlength=${LONGEST_NAME}
                autocomplete="off"
                aria-invalid=${this.problem !== null}
                aria-describedby=${this.problem === null ? nothing : 'problem'}
              />
            </label>`
      }
      ${this.problem === null ? nothing : html`<p id="problem" class="problem" role="alert">${this.problem}</p>`}
      <footer>
        ${close}
        <button type="submit" id="confirm" class=${kind === 'remove' ? 'danger' : 'primary'}>
          ${kind === 'remove' ? remove : save}
        </button>
      </footer>
    </form>`;
  }

  readonly #forget = whenClosed(() => {
    this.question = null;
  });

  readonly #submit = (event: SubmitEvent): void => {
    event.preventDefault();
    const { question } = this;
    if (question === null || question.kind === 'prove') return;
    const name = this.input?.value.trim() ?? '';
    if (question.kind === 'rename' && name === '') {
      this.problem = text.signInPasskeys.problems.name;
      this.input?.focus();
      return;
    }
    this.#answer(() => question.answer(name));
  };

  #answer(answer: () => void): void {
    this.dialog?.close();
    answer();
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'portal-passkey-dialog': PasskeyDialog;
  }
}
