import { isCardwrightError } from '@cardwright/protocol';
import { buttons, theme } from '@cardwright/sdk/elements';
import { LitElement, css, html, nothing, type TemplateResult } from 'lit';
import { customElement, query, state } from 'lit/decorators.js';
import { call, type MyDevice } from '../api.js';
import { dialogs } from '../dialog-styles.js';
import { fields } from '../form-styles.js';
import { messageOf, modelNameOf, text } from '../text.js';
import { serialEnd } from './serial-end.js';

/** The device that the user wants to name, and what happens once it has its name. */
interface Question {
  readonly device: MyDevice;
  /** Called once the server has kept the name. */
  readonly answer: () => void;
}

/** The server counts characters, and the field counts UTF-16 code units, of which a character has at most two. */
const LONGEST_ENTRY = 120;

/**
 * Asks the owner of a device for its name, and sends the name to the server. An empty field takes the name away. Escape and Cancel close the dialog
 * without any change. The focus then returns to the button that opened the dialog.
 */
@customElement('portal-rename-dialog')
export class RenameDialog extends LitElement {
  static override readonly styles = [
    theme,
    buttons,
    fields,
    dialogs,
    css`
      h2 {
        overflow-wrap: anywhere;
      }
    `,
  ];

  @state() private accessor question: Question | null = null;
  @state() private accessor problem: string | null = null;
  @state() private accessor isBusy = false;
  @query('dialog') private accessor dialog: HTMLDialogElement | null = null;
  @query('#device-name') private accessor input: HTMLInputElement | null = null;

  /** Opens the dialog above the page, with the present name selected. */
  async ask(question: Question): Promise<void> {
    this.question = question;
    this.problem = null;
    await this.updateComplete;
    if (this.input) this.input.value = question.device.name ?? '';
    this.dialog?.showModal();
    this.input?.select();
  }

  protected override render(): TemplateResult {
    return html`<dialog aria-labelledby="title">
      ${this.question === null ? nothing : this.#form(this.question)}
    </dialog>`;
  }

  #form({ device }: Question): TemplateResult {
    const { rename: words, deleteMobile } = text;
    return html`<form novalidate @submit=${this.#submit}>
      <h2 id="title">${words.title}</h2>
      <p class="muted">${modelNameOf(device)} ${serialEnd(device.serial)}</p>
      <label for="device-name">
        ${words.name}
        <input
          id="device-name"
          maxlength=${LONGEST_ENTRY}
          autocomplete="off"
          aria-invalid=${this.problem !== null}
          aria-describedby=${this.problem === null ? 'hint' : 'problem'}
        />
      </label>
      <p id="hint" class="muted">${words.hint}</p>
      ${this.problem === null ? nothing : html`<p id="problem" class="problem" role="alert">${this.problem}</p>`}
      <footer>
        <button type="button" id="cancel" @click=${() => this.dialog?.close()}>${deleteMobile.cancel}</button>
        <button type="submit" id="confirm" class="primary" ?disabled=${this.isBusy}>${words.save}</button>
      </footer>
    </form>`;
  }

  readonly #submit = async (event: SubmitEvent): Promise<void> => {
    event.preventDefault();
    const { input, question } = this;
    if (input === null || question === null || this.isBusy) return;
    const entered = input.value.trim();
    this.isBusy = true;
    this.problem = null;
    try {
      const { id } = question.device;
      const body = { name: entered === '' ? null : entered };
      await call('PUT /api/devices/{id}/name', { parameters: { id }, body });
      this.dialog?.close();
      question.answer();
    } catch (error) {
      if (!isCardwrightError(error)) throw error;
      this.problem = isCardwrightError(error, 'INVALID_PARAMS') ? text.rename.refused : messageOf(error);
      input.focus();
    } finally {
      this.isBusy = false;
    }
  };
}

declare global {
  interface HTMLElementTagNameMap {
    'portal-rename-dialog': RenameDialog;
  }
}
