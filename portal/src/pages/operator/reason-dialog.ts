import { buttons, theme } from '@cardwright/sdk/elements';
import { LitElement, css, html, nothing, type TemplateResult } from 'lit';
import { customElement, query, state } from 'lit/decorators.js';
import type { Action, OperatorDevice } from '../api.js';
import { dialogs } from '../dialog-styles.js';
import { fields } from '../form-styles.js';
import { wordsOf } from './action-words.js';
import { identityOf } from './device-facts.js';
import { modelNameOf } from '../text.js';
import { operatorText } from '../operator-text.js';

/** An action that an operator wants to take on a device, and what happens if the operator confirms it. */
interface Question {
  readonly device: OperatorDevice;
  readonly action: Action;
  /**
   * Called when the operator confirms the action.
   *
   * @param reason null if the operator gave no reason
   * @param days days for which work waits; null if the action asks for none
   */
  readonly answer: (reason: string | null, days: number | null) => void;
}

/** Maximum number of characters of a reason that the server accepts. */
const LONGEST_REASON = 200;
/** Numbers of days for which work can wait. */
const DAYS = { least: 1, most: 365, usual: 30 } as const;

/**
 * Asks an operator once more before an action is taken, and for its reason if it has one. Escape and Cancel close the dialog without any change. The
 * focus then returns to the button that opened the dialog.
 */
@customElement('portal-reason-dialog')
export class ReasonDialog extends LitElement {
  static override readonly styles = [
    theme,
    buttons,
    fields,
    dialogs,
    css`
      dialog.final {
        border-color: var(--bad);
        border-top-width: 6px;
      }

      .final h2 {
        color: var(--bad);
      }

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
    `,
  ];

  @state() private accessor question: Question | null = null;
  @state() private accessor isMissing = false;
  /** Set if the number of days is none that the server accepts. */
  @state() private accessor areDaysWrong = false;
  /** Set once the operator has confirmed an irreversible action. */
  @state() private accessor isMeant = false;
  @query('dialog') private accessor dialog: HTMLDialogElement | null = null;
  @query('#cancel') private accessor cancel: HTMLButtonElement | null = null;
  @query('#reason') private accessor reason: HTMLInputElement | null = null;
  @query('#days') private accessor days: HTMLInputElement | null = null;

  /**
   * Opens the dialog above the page. The focus is in the field for the reason. For an irreversible action, and for one without a reason, it is on
   * Cancel.
   */
  async ask(question: Question): Promise<void> {
    this.question = question;
    this.isMissing = false;
    this.areDaysWrong = false;
    this.isMeant = false;
    await this.updateComplete;
    if (this.reason) this.reason.value = '';
    if (this.days) this.days.value = String(DAYS.usual);
    this.dialog?.showModal();
    const first = wordsOf(question.action.name).isFinal ? null : this.reason;
    (first ?? this.cancel)?.focus();
  }

  protected override render(): TemplateResult {
    const isFinal = this.question !== null && wordsOf(this.question.action.name).isFinal;
    return html`<dialog class=${isFinal ? 'final' : ''} aria-labelledby="title" aria-describedby="consequence">
      ${this.question === null ? nothing : this.#form(this.question)}
    </dialog>`;
  }

  #form({ device, action }: Question): TemplateResult {
    const { label, consequence, isFinal } = wordsOf(action.name);
    const { actions, cancel, columns } = operatorText;
    const isRequired = action.reason === 'required';
    return html`<form novalidate @submit=${this.#submit}>
      <h2 id="title">${actions.question(label)}</h2>
      <dl>
        <dt>${columns.owner}</dt>
        <dd>${device.owner.displayName} (${device.owner.username})</dd>
        <dt>${columns.device}</dt>
        <dd>${modelNameOf(device)}, ${identityOf(device)}</dd>
        ${
          device.name === null
            ? nothing
            : html`<dt>${operatorText.namedByOwner}</dt>
                <dd><bdi>${device.name}</bdi></dd>`
        }
      </dl>
      <p id="consequence">${consequence}</p>
      ${
        action.reason === 'none'
          ? nothing
          : html`<label for="reason">
              ${isRequired ? actions.reason : actions.optionalReason}
              <input
                id="reason"
                maxlength=${LONGEST_REASON}
                autocomplete="off"
                ?required=${isRequired}
                aria-invalid=${this.isMissing}
                aria-describedby=${this.isMissing ? 'missing' : nothing}
              />
            </label>`
      }
      ${this.isMissing ? html`<p id="missing" class="problem" role="alert">${actions.reasonMissing}</p>` : nothing}
      ${action.asksFor === null ? nothing : this.#daysField()}
      ${
        isFinal
          ? html`<label for="meant">
              <input id="meant" type="checkbox" .checked=${this.isMeant} @change=${this.#onMeant} />
              ${actions.isMeant}
            </label>`
          : nothing
      }
      <footer>
        <button type="button" id="cancel" @click=${() => this.dialog?.close()}>${cancel}</button>
        <button
          type="submit"
          id="confirm"
          class=${isFinal ? 'danger' : 'primary'}
          ?disabled=${isFinal && !this.isMeant}
        >
          ${label}
        </button>
      </footer>
    </form>`;
  }

  #daysField(): TemplateResult {
    const { actions } = operatorText;
    return html`<label for="days">
        ${actions.days}
        <input
          id="days"
          type="number"
          min=${DAYS.least}
          max=${DAYS.most}
          required
          aria-invalid=${this.areDaysWrong}
          aria-describedby=${this.areDaysWrong ? 'days-wrong' : nothing}
        />
      </label>
      ${this.areDaysWrong ? html`<p id="days-wrong" class="problem" role="alert">${actions.daysWrong}</p>` : nothing}`;
  }

  readonly #onMeant = ({ target }: Event): void => {
    this.isMeant = target instanceof HTMLInputElement && target.checked;
  };

  readonly #submit = (event: SubmitEvent): void => {
    event.preventDefault();
    if (this.question === null) return;
    const { action, answer } = this.question;
    if (wordsOf(action.name).isFinal && !this.isMeant) return;
    const words = this.reason?.value.trim() ?? '';
    this.isMissing = action.reason === 'required' && words === '';
    if (this.isMissing) {
      this.reason?.focus();
      return;
    }
    const days = this.days?.valueAsNumber ?? null;
    this.areDaysWrong = days !== null && !(Number.isInteger(days) && days >= DAYS.least && days <= DAYS.most);
    if (this.areDaysWrong) {
      this.days?.focus();
      return;
    }
    this.dialog?.close();
    answer(words === '' ? null : words, days);
  };
}

declare global {
  interface HTMLElementTagNameMap {
    'portal-reason-dialog': ReasonDialog;
  }
}
