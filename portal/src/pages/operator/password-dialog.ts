import { isCardwrightError } from '@cardwright/protocol';
import { buttons, theme } from '@cardwright/sdk/elements';
import { LitElement, css, html, nothing, type TemplateResult } from 'lit';
import { customElement, query, state } from 'lit/decorators.js';
import { dialogs } from '../dialog-styles.js';
import { fields } from '../form-styles.js';
import { text } from '../text.js';
import { whenClosed } from '../when-closed.js';
import { operatorText } from './operator-text.js';
import { trustChangeStyles } from './trust-change-list.js';

/** Words for the errors after which another try may succeed. The dialog shows these words and stays open; any other error closes it. */
const PROBLEMS: Readonly<Record<string, string>> = {
  PASSWORD_INCORRECT: operatorText.actions.password.incorrect,
  RATE_LIMITED: text.signInProblems.RATE_LIMITED,
};

/** Texts of the dialog, which say why the password is needed. */
export interface PasswordQuestion {
  readonly title: string;
  readonly why: string | TemplateResult;
  /** Label of the button that continues. */
  readonly answer: string;
}

/** Styles of the reasons for asking: paragraphs, and a list of changes. */
const reasons = css`
  #why {
    display: grid;
    gap: var(--space-4);
  }
`;

const NO_QUESTION: PasswordQuestion = { title: '', why: '', answer: '' };

interface Asking {
  /** Uses the password. If this fails with an error in `PROBLEMS`, the dialog shows the error. After any other error, the dialog closes. */
  readonly use: (password: string) => Promise<void>;
  readonly fail: (error: unknown) => void;
  readonly cancelled: AbortController;
}

/** Asks operators for their password again, before actions that a malicious script in the page must not be able to take without the operator. */
@customElement('portal-password-dialog')
export class PasswordDialog extends LitElement {
  static override readonly styles = [theme, buttons, fields, dialogs, trustChangeStyles, reasons];

  @state() private accessor question = NO_QUESTION;
  @state() private accessor problem: string | null = null;
  @state() private accessor isBusy = false;
  @query('dialog') private accessor dialog: HTMLDialogElement | null = null;
  @query('#password') private accessor input: HTMLInputElement | null = null;
  #asking: Asking | null = null;

  /**
   * Opens the dialog and passes each entered password to `use`, until `use` accepts one. Escape and Cancel abort the signal.
   *
   * @returns the result of `use`, or null if the user cancelled
   * @throws errors of `use`, except those in `PROBLEMS`, which the dialog shows
   */
  async ask<T>(
    question: PasswordQuestion,
    use: (password: string, cancelled: AbortSignal) => Promise<T>,
  ): Promise<T | null> {
    this.#end();
    this.question = question;
    this.problem = null;
    await this.updateComplete;
    const cancelled = new AbortController();
    return new Promise((resolve, fail) => {
      cancelled.signal.addEventListener('abort', () => resolve(null));
      this.#asking = { use: (password) => use(password, cancelled.signal).then(resolve), fail, cancelled };
      this.dialog?.showModal();
      this.input?.focus();
    });
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#asking?.cancelled.abort();
  }

  protected override render(): TemplateResult {
    const { title, why, answer } = this.question;
    return html`<dialog aria-labelledby="title" @close=${this.#onClose}>
      <form @submit=${this.#submit}>
        <h2 id="title">${title}</h2>
        <div id="why">${why}</div>
        <label>
          ${operatorText.actions.password.label}
          <input
            id="password"
            type="password"
            autocomplete="current-password"
            required
            aria-invalid=${this.problem !== null}
            aria-describedby=${this.problem === null ? 'why' : 'problem'}
          />
        </label>
        ${this.problem === null ? nothing : html`<p id="problem" class="problem" role="alert">${this.problem}</p>`}
        <footer>
          <button type="button" id="cancel" @click=${() => this.dialog?.close()}>${operatorText.cancel}</button>
          <button type="submit" id="show" class="primary" ?disabled=${this.isBusy}>${answer}</button>
        </footer>
      </form>
    </dialog>`;
  }

  readonly #submit = async (event: SubmitEvent): Promise<void> => {
    event.preventDefault();
    const { input } = this;
    const asking = this.#asking;
    if (input === null || asking === null || this.isBusy) return;
    this.isBusy = true;
    this.problem = null;
    try {
      await asking.use(input.value);
      if (this.#asking === asking) this.dialog?.close();
    } catch (error) {
      // The user may have cancelled meanwhile, and even opened the dialog again.
      if (this.#asking === asking) this.#fail(asking, error);
    } finally {
      this.isBusy = false;
    }
  };

  #fail({ fail }: Asking, error: unknown): void {
    const problem = isCardwrightError(error) ? PROBLEMS[error.code] : undefined;
    if (problem === undefined) {
      fail(error);
      this.dialog?.close();
      return;
    }
    this.problem = problem;
    this.input?.select();
  }

  readonly #onClose = whenClosed(() => this.#end());

  /** Clears the password, because it must not stay in the page after the dialog was closed in any way. */
  #end(): void {
    if (this.input !== null) this.input.value = '';
    this.#asking?.cancelled.abort();
    this.#asking = null;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'portal-password-dialog': PasswordDialog;
  }
}
