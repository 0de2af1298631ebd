import { isCardwrightError } from '@cardwright/protocol';
import { buttons, theme } from '@cardwright/sdk/elements';
import { LitElement, css, html, nothing, type TemplateResult } from 'lit';
import { customElement, query, state } from 'lit/decorators.js';
import { call, type MyDevice } from '../api.js';
import { dialogs } from '../dialog-styles.js';
import { fields } from '../form-styles.js';
import '../fresh-proof.js';
import { explain, text } from '../text.js';
import { whenClosed } from '../when-closed.js';
import type { ReportWay } from './device-card.js';
import { ownNameOf } from './own-name.js';

type Incident = MyDevice['reportActions']['report'][number];

/** What the user wants to do with a device, and what follows once it is done. */
interface Question {
  readonly way: ReportWay;
  readonly device: MyDevice;
  /** Called with the outcome in words, which is empty for a replacement. */
  readonly done: (outcome: string) => void;
}

/**
 * Asks what happened to a device, or if a report is to be taken back or the device replaced, and says the consequences before. Asks for a fresh
 * proof of identity where the portal wants one. Escape and Cancel close the dialog without any change.
 */
@customElement('portal-report-dialog')
export class ReportDialog extends LitElement {
  static override readonly styles = [
    theme,
    buttons,
    dialogs,
    fields,
    css`
      fieldset {
        display: grid;
        gap: var(--space-3);
        min-width: 0;
        margin: 0;
        padding: 0;
        border: 0;
      }
    `,
  ];

  @state() private accessor question: Question | null = null;
  /** Set while the portal wants a fresh proof of identity. */
  @state() private accessor wantsProof = false;
  @state() private accessor problem: string | null = null;
  @query('dialog') private accessor dialog: HTMLDialogElement | null = null;
  @query('#cancel') private accessor cancel: HTMLButtonElement | null = null;
  /** The question whose answer the portal has not confirmed yet. */
  #sent: Question | null = null;

  /** Opens the dialog above the page, with the focus on Cancel. */
  async ask(question: Question): Promise<void> {
    this.question = question;
    this.wantsProof = false;
    this.problem = null;
    await this.updateComplete;
    this.dialog?.showModal();
    this.cancel?.focus();
  }

  protected override render(): TemplateResult {
    const { question } = this;
    // Once the dialog is closed, its password field is gone.
    return html`<dialog aria-labelledby="title" @close=${this.#forget}>
      ${question === null ? nothing : this.#content(question)}
    </dialog>`;
  }

  #content(question: Question): TemplateResult {
    const { report: words } = text;
    const name = ownNameOf(question.device);
    const title = { report: words.title, takeBack: words.takeBackTitle, replace: words.replaceTitle }[question.way];
    const cancel = html`<button type="button" id="cancel" @click=${() => this.dialog?.close()}>
      ${words.cancel}
    </button>`;
    return html`<div class="content">
      <h2 id="title">${title(name)}</h2>
      ${this.problem === null ? nothing : html`<p class="problem" role="alert">${this.problem}</p>`}
      ${
        this.wantsProof
          ? html`<portal-fresh-proof @portal-proved=${() => void this.#send(question, null)}></portal-fresh-proof>
              <footer>${cancel}</footer>`
          : this.#form(question, cancel)
      }
    </div>`;
  }

  #form(question: Question, cancel: TemplateResult): TemplateResult {
    const { report: words } = text;
    const { way, device } = question;
    const label = { report: words.confirm, takeBack: words.takeBack, replace: words.replace }[way];
    return html`<form @submit=${(event: SubmitEvent) => this.#submit(event, question)}>
      ${way === 'report' ? choices(device) : nothing}
      <div class="text">${consequences(question).map((sentence) => html`<p>${sentence}</p>`)}</div>
      <footer>
        ${cancel}
        <button type="submit" id="confirm" class=${way === 'takeBack' ? 'primary' : 'danger'}>${label}</button>
      </footer>
    </form>`;
  }

  readonly #forget = whenClosed(() => {
    this.question = null;
    this.wantsProof = false;
  });

  #submit(event: SubmitEvent, question: Question): void {
    event.preventDefault();
    const chosen = this.renderRoot.querySelector<HTMLInputElement>('input[name=incident]:checked')?.value;
    void this.#send(question, question.device.reportActions.report.find((incident) => incident === chosen) ?? null);
  }

  async #send(question: Question, incident: Incident | null): Promise<void> {
    if (this.#sent === question) return;
    this.#sent = question;
    const { way, device, done } = question;
    const parameters = { id: device.id };
    try {
      if (way === 'report') await call('POST /api/devices/{id}/report', { parameters, body: { incident } });
      else if (way === 'takeBack') await call('POST /api/devices/{id}/take-back', { parameters });
      else await call('POST /api/devices/{id}/replace', { parameters });
      if (this.question === question) this.dialog?.close();
      done({ report: text.report.done, takeBack: text.report.takenBack, replace: '' }[way]);
    } catch (error) {
      if (!isCardwrightError(error)) throw error;
      if (this.question !== question) return;
      this.wantsProof = isCardwrightError(error, 'LOGIN_REQUIRED') && error.data.fresh;
      this.problem = this.wantsProof ? null : explain(error.code);
    } finally {
      if (this.#sent === question) this.#sent = null;
    }
  }
}

const choices = ({ reportActions: { report } }: MyDevice): TemplateResult =>
  html`<fieldset aria-labelledby="title">
    ${report.map(
      (incident) =>
        html`<label>
          <input type="radio" name="incident" value=${incident} required />
          ${text.report.incidents[incident]}
        </label>`,
    )}
  </fieldset>`;

/** Returns what follows from the action, a sentence or two each. */
function consequences({ way, device: { passkeys, isPhone } }: Question): string[] {
  const { report: words } = text;
  if (way === 'takeBack') return [words.takeBackConsequence];
  if (way === 'replace') return [words.replaceConsequence];
  const services = [...new Set(passkeys.map(({ title }) => title))];
  const list = new Intl.ListFormat(document.documentElement.lang).format(services);
  return [
    words.consequence,
    words.canTakeBack,
    words.cannotTakeBack,
    ...(services.length === 0 ? [] : [words.passkeys(list)]),
    ...(isPhone ? [words.phone] : []),
  ];
}

declare global {
  interface HTMLElementTagNameMap {
    'portal-report-dialog': ReportDialog;
  }
}
