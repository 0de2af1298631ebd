import { buttons, theme } from '@cardwright/sdk/elements';
import { LitElement, css, html, nothing, type TemplateResult } from 'lit';
import { customElement, query, state } from 'lit/decorators.js';
import type { MyDevice } from '../api.js';
import { dialogs } from '../dialog-styles.js';
import { text } from '../text.js';
import { ownNameOf } from './own-name.js';

/** The passkey that the user wants to remove, and what happens if the user agrees. */
interface Question {
  readonly device: MyDevice;
  readonly passkey: MyDevice['passkeys'][number];
  /** Called if the user agrees. */
  readonly answer: () => void;
}

/**
 * Asks before a passkey is removed, and says what stops working. Escape and Cancel close the dialog without any change. The focus then returns to the
 * button that opened the dialog.
 */
@customElement('portal-remove-passkey-dialog')
export class RemovePasskeyDialog extends LitElement {
  static override readonly styles = [
    theme,
    buttons,
    dialogs,
    css`
      h2 {
        overflow-wrap: anywhere;
      }

      .text {
        display: grid;
        gap: var(--space-2);
      }
    `,
  ];

  @state() private accessor question: Question | null = null;
  @query('dialog') private accessor dialog: HTMLDialogElement | null = null;
  @query('#cancel') private accessor cancel: HTMLButtonElement | null = null;

  /** Opens the dialog above the page, with the focus on Cancel. */
  async ask(question: Question): Promise<void> {
    this.question = question;
    await this.updateComplete;
    this.dialog?.showModal();
    this.cancel?.focus();
  }

  protected override render(): TemplateResult {
    return html`<dialog aria-labelledby="title" aria-describedby="consequences">
      ${this.question === null ? nothing : this.#form(this.question)}
    </dialog>`;
  }

  #form({ device, passkey: { title } }: Question): TemplateResult {
    const words = text.removePasskey;
    const isLast = device.passkeys.length === 1;
    return html`<form @submit=${this.#submit}>
      <h2 id="title">${words.title(title)}</h2>
      <div class="text" id="consequences">
        <p>${words.consequence(title, ownNameOf(device))}</p>
        <p>${words.steps}</p>
        ${isLast ? html`<p>${words.last}</p>` : nothing}
      </div>
      <footer>
        <button type="button" id="cancel" @click=${() => this.dialog?.close()}>${words.cancel}</button>
        <button type="submit" id="confirm" class="danger">${words.label}</button>
      </footer>
    </form>`;
  }

  readonly #submit = (event: SubmitEvent): void => {
    event.preventDefault();
    this.dialog?.close();
    this.question?.answer();
  };
}

declare global {
  interface HTMLElementTagNameMap {
    'portal-remove-passkey-dialog': RemovePasskeyDialog;
  }
}
