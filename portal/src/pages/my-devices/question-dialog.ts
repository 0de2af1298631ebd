import { buttons, theme } from '@cardwright/sdk/elements';
import { LitElement, html, nothing, type TemplateResult } from 'lit';
import { query, state } from 'lit/decorators.js';
import { dialogs } from '../dialog-styles.js';

/** A question that is asked before something is lost. */
export interface Question {
  /** Called if the user agrees. */
  readonly answer: () => void;
}

/** The words of a question. */
export interface QuestionWords {
  readonly title: string;
  readonly consequences: TemplateResult;
  readonly cancel: string;
  readonly confirm: string;
}

/**
 * Asks before something is lost, and says the consequences. Escape and Cancel close the dialog without any change. The focus then returns to the button
 * that opened the dialog.
 */
export abstract class QuestionDialog<Asked extends Question> extends LitElement {
  static override readonly styles = [theme, buttons, dialogs];

  @state() private accessor question: Asked | null = null;
  @query('dialog') private accessor dialog: HTMLDialogElement | null = null;
  @query('#cancel') private accessor cancel: HTMLButtonElement | null = null;

  /** Opens the dialog above the page, with the focus on Cancel. */
  async ask(question: Asked): Promise<void> {
    this.question = question;
    await this.updateComplete;
    this.dialog?.showModal();
    this.cancel?.focus();
  }

  protected abstract wordsOf(question: Asked): QuestionWords;

  protected override render(): TemplateResult {
    return html`<dialog aria-labelledby="title" aria-describedby="consequences">
      ${this.question === null ? nothing : this.#form(this.wordsOf(this.question))}
    </dialog>`;
  }

  #form({ title, consequences, cancel, confirm }: QuestionWords): TemplateResult {
    return html`<form @submit=${this.#submit}>
      <h2 id="title">${title}</h2>
      <div class="text" id="consequences">${consequences}</div>
      <footer>
        <button type="button" id="cancel" @click=${() => this.dialog?.close()}>${cancel}</button>
        <button type="submit" id="confirm" class="danger">${confirm}</button>
      </footer>
    </form>`;
  }

  readonly #submit = (event: SubmitEvent): void => {
    event.preventDefault();
    this.dialog?.close();
    this.question?.answer();
  };
}
