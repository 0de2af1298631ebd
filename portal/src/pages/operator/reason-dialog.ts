import { buttons, theme } from '@cardwright/sdk/elements';
import { LitElement, html, nothing, type TemplateResult } from 'lit';
import { customElement, query, state } from 'lit/decorators.js';
import type { Action, OperatorDevice } from '../api.js';
import { dialogs } from '../dialog-styles.js';
import { fields } from '../form-styles.js';
import { ACTION_WORDS } from './action-words.js';
import { nameOf } from './device-facts.js';

/** What an operator wants to do to a device, once the question is answered. */
interface Question {
  readonly device: OperatorDevice;
  readonly action: Action;
  /** @param reason null where none was given */
  readonly answer: (reason: string | null) => void;
}

/** Bound of the server. */
const LONGEST_REASON = 200;

/** Asks an operator for the reason of an action before it is taken. Escape and Cancel do nothing; the focus returns to the button. */
@customElement('portal-reason-dialog')
export class ReasonDialog extends LitElement {
  static override readonly styles = [theme, buttons, fields, dialogs];

  @state() private accessor question: Question | null = null;
  @state() private accessor isMissing = false;
  @query('dialog') private accessor dialog: HTMLDialogElement | null = null;
  @query('#reason') private accessor reason: HTMLInputElement | null = null;

  /** Opens above the page, with the focus in the field. */
  async ask(question: Question): Promise<void> {
    this.question = question;
    this.isMissing = false;
    await this.updateComplete;
    if (this.reason) this.reason.value = '';
    this.dialog?.showModal();
    this.reason?.focus();
  }

  protected override render(): TemplateResult {
    return html`<dialog aria-labelledby="title" aria-describedby="consequence">
      ${this.question === null ? nothing : this.#form(this.question)}
    </dialog>`;
  }

  #form({ device, action }: Question): TemplateResult {
    const { label, consequence } = ACTION_WORDS[action.name];
    const isRequired = action.reason === 'required';
    return html`<form novalidate @submit=${this.#submit}>
      <h2 id="title">${label}: ${nameOf(device)}</h2>
      <p id="consequence">${consequence}</p>
      <label for="reason">
        Reason${isRequired ? nothing : ' (optional)'}
        <input
          id="reason"
          maxlength=${LONGEST_REASON}
          autocomplete="off"
          ?required=${isRequired}
          aria-invalid=${this.isMissing}
          aria-describedby=${this.isMissing ? 'missing' : nothing}
        />
      </label>
      ${this.isMissing ? html`<p id="missing" class="problem" role="alert">Give a reason: it goes into the audit log.</p>` : nothing}
      <footer>
        <button type="button" id="cancel" @click=${() => this.dialog?.close()}>Cancel</button>
        <button type="submit" id="confirm" class="primary">${label}</button>
      </footer>
    </form>`;
  }

  readonly #submit = (event: SubmitEvent): void => {
    event.preventDefault();
    if (this.question === null) return;
    const { action, answer } = this.question;
    const words = this.reason?.value.trim() ?? '';
    this.isMissing = action.reason === 'required' && words === '';
    if (this.isMissing) {
      this.reason?.focus();
      return;
    }
    this.dialog?.close();
    answer(words === '' ? null : words);
  };
}

declare global {
  interface HTMLElementTagNameMap {
    'portal-reason-dialog': ReasonDialog;
  }
}
