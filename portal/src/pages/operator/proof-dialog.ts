import { isCardwrightError } from '@cardwright/protocol';
import { buttons, theme } from '@cardwright/sdk/elements';
import { LitElement, css, html, nothing, type TemplateResult } from 'lit';
import { customElement, query, state } from 'lit/decorators.js';
import { dialogs } from '../dialog-styles.js';
import '../fresh-proof.js';
import type { FreshProof } from '../fresh-proof.js';
import { text } from '../text.js';
import { whenClosed } from '../when-closed.js';
import { operatorText } from '../operator-text.js';
import { trustChangeStyles } from './trust-change-list.js';

/** Texts of the dialog: what is done, and what follows from it. */
export interface ProofQuestion {
  readonly title: string;
  readonly why: string | TemplateResult;
  /** Label of the button that agrees. Without it nothing is asked, and the dialog only opens for a proof of identity. */
  readonly answer?: string;
}

/** What the dialog shows: the question, or the request for a proof of identity. Null while it is closed. */
type Shown = 'question' | 'proof' | null;

const NO_QUESTION: ProofQuestion = { title: '', why: '' };

interface Asking {
  /** Does what the user wants. */
  readonly use: () => Promise<void>;
  readonly fail: (error: unknown) => void;
  readonly cancelled: AbortController;
}

/**
 * Does what takes a fresh proof of identity, so that a malicious script in the page cannot do it without the operator. Asks the question first, if there
 * is one, and asks for the proof only if the portal wants it.
 */
@customElement('portal-proof-dialog')
export class ProofDialog extends LitElement {
  static override readonly styles = [
    theme,
    buttons,
    dialogs,
    trustChangeStyles,
    css`
      #why {
        display: grid;
        gap: var(--space-4);
      }
    `,
  ];

  @state() private accessor question = NO_QUESTION;
  @state() private accessor shown: Shown = null;
  @state() private accessor isBusy = false;
  @query('dialog') private accessor dialog: HTMLDialogElement | null = null;
  @query('#agree') private accessor agree: HTMLButtonElement | null = null;
  @query('portal-fresh-proof') private accessor proof: FreshProof | null = null;
  #asking: Asking | null = null;
  /** Set while the dialog shows this question. The browser tells later that it closed, when a next question may be under way that shows nothing yet. */
  #isOpen = false;

  /**
   * Asks the question if it has an answer, calls `use`, and calls it again after a proof of identity if the portal wanted one. Escape and Cancel abort
   * the signal.
   *
   * @param use throws `LOGIN_REQUIRED` with `fresh: true` if the portal wants a proof
   * @returns the result of `use`, or null if the user cancelled
   * @throws any other error of `use`
   */
  async ask<T>(question: ProofQuestion, use: (cancelled: AbortSignal) => Promise<T>): Promise<T | null> {
    this.#end();
    this.question = question;
    const cancelled = new AbortController();
    return new Promise((resolve, fail) => {
      cancelled.signal.addEventListener('abort', () => resolve(null));
      this.#asking = { use: () => use(cancelled.signal).then(resolve), fail, cancelled };
      void (question.answer === undefined ? this.#use() : this.#show('question'));
    });
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#asking?.cancelled.abort();
  }

  protected override render(): TemplateResult {
    return html`<dialog aria-labelledby="title" @close=${this.#onClose}>
      ${this.shown === null ? nothing : this.#content(this.shown)}
    </dialog>`;
  }

  #content(shown: NonNullable<Shown>): TemplateResult {
    const { title, why, answer } = this.question;
    const cancel = html`<button type="button" id="cancel" @click=${this.#cancel}>${operatorText.cancel}</button>`;
    return html`<div class="content">
      <h2 id="title">${title}</h2>
      <div id="why">${why}</div>
      ${
        shown === 'question'
          ? html`<footer>
              ${cancel}
              <button type="button" id="agree" class="primary" ?disabled=${this.isBusy} @click=${this.#use}>
                ${answer}
              </button>
            </footer>`
          : html`<p id="proof">${text.freshProof.why}</p>
              <portal-fresh-proof @portal-proved=${this.#use}></portal-fresh-proof>
              <footer>${cancel}</footer>`
      }
    </div>`;
  }

  async #show(shown: NonNullable<Shown>): Promise<void> {
    this.shown = shown;
    await this.updateComplete;
    if (this.dialog?.open === false) this.dialog.showModal();
    this.#isOpen = true;
    await this.proof?.updateComplete;
    (this.proof ?? this.agree)?.focus();
  }

  readonly #use = async (): Promise<void> => {
    const asking = this.#asking;
    if (asking === null || this.isBusy) return;
    this.isBusy = true;
    try {
      await asking.use();
      if (this.#asking === asking) this.#close();
    } catch (error) {
      // The user may have cancelled meanwhile, and even opened the dialog again.
      if (this.#asking === asking) await this.#fail(asking, error);
    } finally {
      if (this.#asking === asking) this.isBusy = false;
    }
  };

  async #fail({ fail }: Asking, error: unknown): Promise<void> {
    if (isCardwrightError(error, 'LOGIN_REQUIRED') && error.data.fresh) {
      await this.#show('proof');
      return;
    }
    fail(error);
    this.#close();
  }

  readonly #cancel = (): void => this.#close();

  #close(): void {
    this.#end();
    this.dialog?.close();
  }

  readonly #onClose = whenClosed(() => {
    if (this.#isOpen) this.#end();
  });

  /** Ends the former question. The form for the proof is removed, and the password with it. */
  #end(): void {
    this.#asking?.cancelled.abort();
    this.#asking = null;
    this.isBusy = false;
    this.shown = null;
    this.#isOpen = false;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'portal-proof-dialog': ProofDialog;
  }
}
