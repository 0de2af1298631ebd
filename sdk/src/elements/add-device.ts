import type { DeviceId, ErrorCode } from '@cardwright/protocol';
import { LitElement, html, nothing, type TemplateResult } from 'lit';
import { customElement, property, query, state } from 'lit/decorators.js';
import { Cms } from '../cms.js';
import './device-picker.js';
import './dialog.js';
import type { Dialog } from './dialog.js';
import './error-pane.js';
import { refreshIcon } from './icons.js';
import { Issuance } from './issuance.js';
import { paneStyles } from './pane-styles.js';
import { STEPS, stepOf, type Candidate, type Issued, type Pane } from './pane.js';
import {
  allowPane,
  checkList,
  checkPane,
  choosePane,
  connectPane,
  issuePane,
  pendingPane,
  pinPane,
  searchPane,
} from './panes.js';
import './stepper.js';
import { chooseText, languageOf, type Text } from './text.js';
import { buttons, theme } from './theme.js';

/** Errors that only a reload of the page can mend: content scripts reach no page that was open before them. */
const MENDED_BY_RELOAD: readonly ErrorCode[] = ['EXTENSION_MISSING', 'LOGIN_REQUIRED'];
const BEGIN: Pane = { name: 'check', checks: { extension: 'running', site: 'waiting', host: 'waiting' } };

/**
 * The wizard that issues a device: Check, Check Device, Issue Device, Change PIN.
 *
 * Fires `cardwright-issued` (detail: `Issued`) when the device is active, and `cardwright-closed` whenever it has closed and
 * nothing runs any more.
 *
 * @example
 * <cardwright-add-device endpoint="/api"></cardwright-add-device>
 * document.querySelector('cardwright-add-device').open();
 */
@customElement('cardwright-add-device')
export class AddDevice extends LitElement {
  static override readonly styles = [theme, buttons, paneStyles];

  /** Base address of the CMS's HTTP contract. */
  @property() accessor endpoint = '/api';
  @state() private accessor pane: Pane = BEGIN;
  @state() private accessor selected: DeviceId | null = null;
  @query('cardwright-dialog') private accessor dialog: Dialog | null = null;

  #text: Text = chooseText();
  #issuance: Issuance | undefined;

  /** Opens the wizard and begins with its checks. */
  async open(): Promise<void> {
    if (this.#issuance) return;
    this.#text = chooseText();
    this.pane = BEGIN;
    this.#issuance = new Issuance(
      new Cms(this.endpoint, { language: languageOf(this.#text) }),
      this.#onPane,
      this.#onIssued,
    );
    await this.updateComplete;
    await this.dialog?.showModal();
    this.#issuance.run();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    void this.#close();
  }

  protected override render(): TemplateResult {
    const text = this.#text;
    const step = STEPS.indexOf(stepOf(this.pane));
    return html`<cardwright-dialog
      data-pane=${keyOf(this.pane)}
      lang=${languageOf(text)}
      heading=${text.title}
      @dialog-cancel=${this.#close}
    >
      <cardwright-stepper
        slot="steps"
        .labels=${STEPS.map((name) => text.steps[name])}
        .current=${step}
        .done=${text.done}
        .position=${text.stepOf(step + 1, STEPS.length)}
      ></cardwright-stepper>
      ${this.#toolbar()} ${this.#content()}
      <p class="visually-hidden" role="status">${this.#announcement()}</p>
      ${this.#footer()}
    </cardwright-dialog>`;
  }

  protected override updated(changed: Map<PropertyKey, unknown>): void {
    const before = changed.get('pane') as Pane | undefined;
    if (changed.has('pane') && (before === undefined || keyOf(before) !== keyOf(this.pane))) this.#focusPane();
  }

  /** A new pane takes the focus with it; what had it before is often gone. */
  #focusPane(): void {
    const target = this.pane.name === 'error' ? '[slot=footer].primary' : 'h2';
    this.renderRoot.querySelector<HTMLElement>(target)?.focus();
  }

  #toolbar(): TemplateResult | typeof nothing {
    const { pane } = this;
    if (pane.name !== 'connect' && pane.name !== 'choose') return nothing;
    return html`<button type="button" slot="toolbar" id="refresh" @click=${() => this.#issuance?.refresh()}>
      ${refreshIcon}${this.#text.refresh}
    </button>`;
  }

  #content(): TemplateResult {
    const text = this.#text;
    const { pane } = this;
    switch (pane.name) {
      case 'check':
        return checkPane(text, pane.checks);
      case 'allow':
        return allowPane(text, pane.checks);
      case 'search':
        return searchPane(text);
      case 'connect':
        return connectPane(text, pane.hasReader, this.#refused(pane.candidates));
      case 'choose':
        return choosePane(text, this.#picker(pane.candidates, text.chooseTitle));
      case 'issue':
        return stepOf(pane) === 'pin' && pane.status ? pinPane(text, pane.status) : issuePane(text, pane.status);
      case 'pending':
        return pendingPane(text, pane.canRetry);
      case 'error':
        return html`<cardwright-error-pane
            .text=${text}
            .error=${pane.error}
            .where=${pane.step}
          ></cardwright-error-pane>
          ${pane.checks ? checkList(text, pane.checks) : nothing}`;
    }
  }

  #refused(candidates: readonly Candidate[]): TemplateResult | typeof nothing {
    if (candidates.length === 0) return nothing;
    const { notUsable } = this.#text;
    return html`<div class="refused">
      <h3>${notUsable}</h3>
      ${this.#picker(candidates, notUsable)}
    </div>`;
  }

  #picker(candidates: readonly Candidate[], label: string): TemplateResult {
    return html`<cardwright-device-picker
      .text=${this.#text}
      .label=${label}
      .candidates=${candidates}
      .selected=${this.selected}
      @device-selected=${({ detail }: CustomEvent<DeviceId>) => {
        this.selected = detail;
      }}
    ></cardwright-device-picker>`;
  }

  #footer(): TemplateResult {
    const { pane } = this;
    const text = this.#text;
    const close = (label: string): TemplateResult =>
      html`<button type="button" slot="footer" id="cancel" @click=${this.#close}>${label}</button>`;
    switch (pane.name) {
      case 'allow':
        return html`${close(text.cancel)} ${primary('allow', text.allow, () => this.#issuance?.askForAccess())}`;
      case 'choose':
        return html`${close(text.cancel)}
        ${primary('next', text.next, this.#choose, this.#chosen(pane.candidates) === null)}`;
      case 'pending':
        return pane.canRetry
          ? html`${close(text.close)} ${primary('retry', text.retry, () => this.#issuance?.run(pane.device))}`
          : primary('cancel', text.close, this.#close);
      case 'error':
        return html`${close(text.cancel)} ${this.#remedies(pane)}`;
      default:
        return close(text.cancel);
    }
  }

  #remedies({ error, step, device }: Extract<Pane, { name: 'error' }>): TemplateResult {
    const text = this.#text;
    if (MENDED_BY_RELOAD.includes(error.code)) return primary('retry', text.refresh, () => location.reload());
    const again = step === 'check' ? text.refresh : text.retry;
    if (device === null) return primary('retry', again, () => this.#issuance?.run());
    return html`<button type="button" slot="footer" id="start-again" @click=${() => this.#issuance?.run()}>
        ${text.startAgain}
      </button>
      ${primary('retry', text.goOn, () => this.#issuance?.run(device))}`;
  }

  /** What a screen reader says while the focus stays where it is. */
  #announcement(): string {
    const { pane } = this;
    if (pane.name !== 'issue' || !pane.status) return '';
    const { phase, turn } = pane.status;
    if (turn === 'waiting') return this.#text.waitingForHolder;
    if (stepOf(pane) !== 'pin') return this.#text.phases[phase];
    return turn === 'cms' ? this.#text.activating : this.#text.pinTitle;
  }

  #chosen(candidates: readonly Candidate[]): DeviceId | null {
    return candidates.find(({ device, isUsable }) => isUsable && device.id === this.selected)?.device.id ?? null;
  }

  readonly #choose = (): void => {
    if (this.selected !== null) this.#issuance?.choose(this.selected);
  };

  readonly #onPane = (pane: Pane): void => {
    if (pane.name === 'check') this.selected = null;
    this.pane = pane;
  };

  readonly #onIssued = (issued: Issued): void => {
    this.dispatchEvent(new CustomEvent<Issued>('cardwright-issued', { detail: issued, bubbles: true, composed: true }));
    void this.#close();
  };

  readonly #close = async (): Promise<void> => {
    const issuance = this.#issuance;
    if (!issuance) return;
    this.#issuance = undefined;
    this.dialog?.close();
    await issuance.cancel();
    this.dispatchEvent(new CustomEvent('cardwright-closed', { bubbles: true, composed: true }));
  };
}

const primary = (id: string, label: string, onClick: () => unknown, isDisabled = false): TemplateResult =>
  html`<button type="button" slot="footer" class="primary" id=${id} ?disabled=${isDisabled} @click=${onClick}>
    ${label}
  </button>`;

/** Panes of one key are the same to the user, so that the focus stays. */
const keyOf = (pane: Pane): string => (pane.name === 'issue' ? `issue-${stepOf(pane)}` : pane.name);

declare global {
  interface HTMLElementTagNameMap {
    'cardwright-add-device': AddDevice;
  }
}
