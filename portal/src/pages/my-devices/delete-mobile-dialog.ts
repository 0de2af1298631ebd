import { buttons, theme } from '@cardwright/sdk/elements';
import { LitElement, css, html, nothing, type TemplateResult } from 'lit';
import { customElement, query, state } from 'lit/decorators.js';
import type { MyDevice } from '../api.js';
import { dialogs } from '../dialog-styles.js';
import { text } from '../text.js';
import { ownNameOf } from './own-name.js';

/** The device that the user wants to delete, and what happens if the user agrees. */
interface Question {
  readonly device: MyDevice;
  /** Called if the user agrees. */
  readonly answer: () => void;
}

/**
 * Asks before a mobile device is deleted, and explains the consequences. Escape and Cancel close the dialog without any change. The focus then
 * returns to the button that opened the dialog.
 */
@customElement('portal-delete-mobile-dialog')
export class DeleteMobileDialog extends LitElement {
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

  #form({ device }: Question): TemplateResult {
    const { serial, certificates } = device;
    const words = text.deleteMobile;
    const isEncrypted = certificates.some(({ slot, status }) => slot === 'phone-encryption' && status !== 'revoked');
    return html`<form @submit=${this.#submit}>
      <h2 id="title">${words.title(ownNameOf(device))}</h2>
      <div class="text" id="consequences">
        ${serial === null ? nothing : html`<p class="muted">${text.serialNumber} ${serial}</p>`}
        <p>${words.consequence}</p>
        <p>${words.profile}</p>
        ${isEncrypted ? html`<p>${words.encrypted}</p>` : nothing}
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
    'portal-delete-mobile-dialog': DeleteMobileDialog;
  }
}
