import { buttons, theme } from '@cardwright/sdk/elements';
import { LitElement, css, html, nothing, type TemplateResult } from 'lit';
import { customElement, query, state } from 'lit/decorators.js';
import type { IssuedCode, OperatorDevice } from '../api.js';
import { formatTimeOfDay } from '../dates.js';
import { dialogs } from '../dialog-styles.js';
import { modelNameOf } from '../text.js';
import { whenClosed } from '../when-closed.js';
import { identityOf } from './device-facts.js';
import { operatorText } from '../operator-text.js';

interface Question {
  readonly device: OperatorDevice;
  readonly issue: () => Promise<IssuedCode | null>;
  /** Called after the dialog was closed and any request has ended; `isIssued` is true if a code was issued. */
  readonly resolve: (isIssued: boolean) => void;
  readonly reject: (reason: unknown) => void;
}

/** Tells an operator to make sure who is calling. Then requests a one-time code and shows the code until the dialog is closed. */
@customElement('portal-code-dialog')
export class CodeDialog extends LitElement {
  static override readonly styles = [
    theme,
    buttons,
    dialogs,
    css`
      dl {
        display: grid;
        grid-template-columns: auto minmax(0, 1fr);
        gap: var(--space-1) var(--space-4);
        overflow-wrap: anywhere;
      }

      dt {
        color: var(--text-muted);
      }

      dd {
        font-weight: 600;
      }

      #code {
        padding: var(--space-4);
        border-radius: var(--radius);
        background: var(--accent-soft);
        font-size: 2.25rem;
        font-weight: 650;
        font-variant-numeric: tabular-nums;
        letter-spacing: 0.08em;
        text-align: center;
      }

      @media (max-width: 420px) {
        #code {
          font-size: 1.75rem;
        }
      }
    `,
  ];

  @state() private accessor question: Question | null = null;
  @state() private accessor issued: IssuedCode | null = null;
  /** Question for which a code is being requested; null if no request is under way. */
  @state() private accessor requested: Question | null = null;
  @query('dialog') private accessor dialog: HTMLDialogElement | null = null;
  @query('#confirm') private accessor confirm: HTMLButtonElement | null = null;
  @query('h2') private accessor heading: HTMLElement | null = null;

  /**
   * Opens the dialog above the page.
   *
   * @param issue resolves with null, and the question stays, if the operator gave no proof of identity
   * @returns true if a code was issued. The result comes after the operator has closed the dialog. If the operator closes the dialog during the
   *   request, the code is issued too, but not shown.
   * @throws the error of `issue`, after which the dialog is closed
   */
  async ask(device: OperatorDevice, issue: () => Promise<IssuedCode | null>): Promise<boolean> {
    this.#end();
    const asked = new Promise<boolean>((resolve, reject) => {
      this.question = { device, issue, resolve, reject };
    });
    await this.updateComplete;
    this.dialog?.showModal();
    this.confirm?.focus();
    return asked;
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#end();
  }

  protected override render(): TemplateResult {
    return html`<dialog aria-labelledby="title" @close=${this.#onClose}>
      ${this.question === null ? nothing : this.#form(this.question.device, this.issued)}
    </dialog>`;
  }

  #form(device: OperatorDevice, issued: IssuedCode | null): TemplateResult {
    const { actions, cancel, columns, done } = operatorText;
    const { code } = actions;
    return html`<form @submit=${this.#submit}>
      <h2 id="title" tabindex="-1">${issued === null ? code.title : code.readOut}</h2>
      <dl>
        <dt>${columns.owner}</dt>
        <dd>${device.owner.displayName} (${device.owner.username})</dd>
        <dt>${columns.device}</dt>
        <dd>${modelNameOf(device)}, ${identityOf(device)}</dd>
      </dl>
      ${issued === null ? html`<p>${code.warning}</p>` : codeOf(issued)}
      <footer>
        ${
          issued === null
            ? html`<button type="button" id="cancel" @click=${this.#close}>${cancel}</button>
                <button type="submit" id="confirm" class="primary" ?disabled=${this.requested !== null}>
                  ${code.issue}
                </button>`
            : html`<button type="button" id="done" class="primary" @click=${this.#close}>${done}</button>`
        }
      </footer>
    </form>`;
  }

  readonly #close = (): void => this.dialog?.close();

  readonly #submit = async (event: SubmitEvent): Promise<void> => {
    event.preventDefault();
    const { question } = this;
    if (question === null || this.requested !== null || this.issued !== null) return;
    this.requested = question;
    try {
      const issued = await question.issue();
      if (this.question === question) this.issued = issued;
      else question.resolve(issued !== null);
    } catch (error) {
      question.reject(error);
      if (this.question === question) this.#close();
    } finally {
      this.requested = null;
    }
    await this.updateComplete;
    if (this.issued !== null) this.heading?.focus();
  };

  readonly #onClose = whenClosed(() => this.#end());

  /** Clears the code, because it must not stay in the page after the dialog was closed in any way. */
  #end(): void {
    const { question, issued } = this;
    this.question = null;
    this.issued = null;
    if (question !== this.requested) question?.resolve(issued !== null);
  }
}

const codeOf = ({ code, expiresAt }: IssuedCode): TemplateResult =>
  html`<p id="code">${code.slice(0, code.length / 2)} ${code.slice(code.length / 2)}</p>
    <p>${operatorText.actions.code.goodUntil(formatTimeOfDay(expiresAt))}</p>`;

declare global {
  interface HTMLElementTagNameMap {
    'portal-code-dialog': CodeDialog;
  }
}
