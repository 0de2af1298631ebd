import { isCardwrightError } from '@cardwright/protocol';
import type { DeviceId } from '@cardwright/protocol/devices';
import type { EnrolmentStatus, MobileOffer } from '@cardwright/protocol/mobile';
import type { HelpDesk } from '@cardwright/protocol/policy';
import { html, nothing, type TemplateResult } from 'lit';
import { customElement, property, query, state } from 'lit/decorators.js';
import { CmsClient } from '../../cms-client.js';
import type { DevicePicker } from '../device-picker.js';
import '../dialog.js';
import type { Dialog } from '../dialog.js';
import { refreshIcon } from '../icons.js';
import { LeaveGuard } from '../leave-guard.js';
import { WIZARDS_OF_PAGE } from '../offered-wizards.js';
import { focusPane, isFocusGone } from '../pane-focus.js';
import { paneStyles } from '../pane-styles.js';
import { canRefresh, focusOf, isReaching, reaching } from '../panes.js';
import { Reopening } from '../reopening.js';
import { selectedAmong } from '../selection.js';
import '../stepper.js';
import { TabTitle } from '../tab-title.js';
import { wishedLanguage } from '../page-words.js';
import { MobileElement } from './mobile-element.js';
import type { MobileView } from './mobile-text.js';
import { buttons, theme } from '../theme.js';
import { Enrolment } from './enrolment.js';
import { hasReachedPhone } from './enrolment-state.js';
import { missingPane, mobileStopPane } from './enrolment-panes.js';
import { mobileFooter, mobileQuestionFooter, type MobileActions } from './mobile-footer.js';
import {
  MOBILE_STEPS,
  hasWindow,
  isAwaitingUser,
  isUnderWay,
  mobileKeyOf,
  mobileStepOf,
  type MobilePane,
} from './mobile-pane.js';
import { mobileStyles } from './mobile-styles.js';
import { paneContent } from './pane-content.js';
import { WaitingPhone } from './waiting-phone.js';

/**
 * The dialog that adds a mobile device. If the CMS demands a proof, the user first proves their identity. The dialog then shows a QR code,
 * follows the mobile device's progress, and asks the user to confirm that the device is theirs. A mobile device that is already being set up is
 * found again instead, and after a reload of the page the dialog opens for it by itself.
 *
 * Fires `cardwright-mobile-installed` (detail: the last `EnrolmentStatus`) when the device is active and has all its certificates. Fires
 * `cardwright-closed` whenever the dialog has closed and nothing is running any more.
 *
 * @example
 * <cardwright-add-mobile endpoint="/api"></cardwright-add-mobile>
 * await document.querySelector('cardwright-add-mobile')?.open();
 */
@customElement('cardwright-add-mobile')
export class AddMobile extends MobileElement {
  static override readonly styles = [theme, buttons, paneStyles, mobileStyles];

  /** Base address of the CMS's HTTP contract. */
  @property() accessor endpoint = '/api';
  /**
   * Address of a troubleshooting page (https, or of the page's own origin). Errors link to the entries of that page. Empty if there is no
   * such page.
   */
  @property() accessor help = '';
  /** The help desk to name with errors, and the addresses of missing software. */
  @property({ attribute: false }) accessor helpDesk: HelpDesk = {};
  @state() private accessor pane: MobilePane = { name: 'preparing' };
  @state() private accessor offer: MobileOffer | null = null;
  @state() private accessor selected: DeviceId | null = null;
  /**
   * Question that is shown in place of the pane: whether to stop, or whether to keep waiting although steps are missing. The enrolment
   * continues meanwhile.
   */
  @state() private accessor question: 'stop' | 'missing' | null = null;
  /** Set while the CMS does not answer. */
  @state() private accessor isCmsAway = false;
  /** Set if the extension's window could not be brought to the front. */
  @state() private accessor isWindowLost = false;
  @state() private accessor isCopied = false;
  @query('cardwright-dialog') private accessor dialog: Dialog | null = null;
  @query('cardwright-device-picker') private accessor picker: DevicePicker | null = null;
  @query('#password') private accessor password: HTMLInputElement | null = null;

  #cms = new CmsClient('');
  #enrolment: Enrolment | undefined;
  /** The CMS's latest status. */
  #status: EnrolmentStatus | null = null;
  /** Resolves when the previous run has ended. */
  #closing: Promise<void> = Promise.resolve();
  #shownKey = '';
  readonly #leaveGuard = new LeaveGuard();
  readonly #tabTitle = new TabTitle();

  /** Opens the dialog, and continues the user's enrolment or starts one. Does nothing if the dialog is open. */
  async open(): Promise<void> {
    if (this.#enrolment) return;
    this.#reopening.forget();
    this.#shownKey = '';
    this.offer = null;
    const cms = this.#newClient();
    const enrolment = new Enrolment(cms, {
      onPane: this.#onPane,
      onOffer: (offer) => {
        this.offer = offer;
      },
      onStatus: this.#onStatus,
      onAbsence: (isAway) => {
        this.isCmsAway = isAway;
      },
    });
    this.#cms = cms;
    this.#enrolment = enrolment;
    this.#onPane({ name: 'preparing' });
    await this.updateComplete;
    await this.dialog?.showModal();
    this.#focusPane();
    await this.#closing;
    if (this.#enrolment === enrolment) enrolment.run();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    void this.#close();
  }

  protected override firstUpdated(): void {
    if (this.#reopening.take()) void this.open();
    else void this.#waitingPhone.isFound(this.#newClient()).then((isFound) => (isFound ? this.open() : undefined));
  }

  protected override render(): TemplateResult {
    const text = this.text;
    const { pane, question } = this;
    const steps = MOBILE_STEPS.filter((name) => name !== 'proof' || (this.offer ?? { proof: 'none' }).proof !== 'none');
    const step = Math.max(0, steps.indexOf(mobileStepOf(pane) ?? 'proof'));
    return html`<cardwright-dialog
      data-pane=${this.#key}
      lang=${text.language}
      heading=${text.mobile.title}
      @dialog-cancel=${this.#cancel}
    >
      <cardwright-stepper
        slot="steps"
        .labels=${steps.map((name) => text.mobile.steps[name])}
        .current=${step}
        .done=${text.done}
        .position=${text.stepOf(step + 1, steps.length)}
      ></cardwright-stepper>
      ${this.#toolbar()}
      <div role="status">
        ${this.isCmsAway ? html`<p class="notice away">${text.absences.CMS_UNREACHABLE}</p>` : nothing}
      </div>
      ${question === 'stop' ? mobileStopPane(text) : question === 'missing' ? missingPane(text, mobileStepOf(pane) ?? 'scan') : this.#content()}
      <p class="visually-hidden" role="status">${this.#announcement()}</p>
      ${
        question === null
          ? mobileFooter(pane, this.#view, this.#actions)
          : mobileQuestionFooter(text, () => void this.#close(), this.#keepWaiting)
      }
    </cardwright-dialog>`;
  }

  protected override updated(): void {
    if (!this.#enrolment) return;
    const isNew = this.#shownKey !== this.#key;
    this.#shownKey = this.#key;
    if (isNew) this.#focusPane();
    else void isFocusGone(this.shadowRoot, this.picker).then((isGone) => (isGone ? this.#focusPane() : undefined));
  }

  get #key(): string {
    return this.question ?? mobileKeyOf(this.pane);
  }

  /** The note that this dialog must open again after a reload of the page. This note is kept apart from the notes of the wizards. */
  get #reopening(): Reopening {
    return new Reopening(`${this.endpoint} mobile`);
  }

  get #waitingPhone(): WaitingPhone {
    return new WaitingPhone(this.endpoint);
  }

  #newClient(): CmsClient {
    return new CmsClient(this.endpoint, { language: wishedLanguage() });
  }

  get #view(): MobileView {
    const { pane, selected, isWindowLost } = this;
    const text = this.text;
    return {
      text,
      search: text.mobile.proof,
      selection: {
        selected,
        select: (id) => {
          this.selected = id;
        },
      },
      selected: pane.name === 'choose' ? selectedAmong(pane.devices, selected) : undefined,
      isWindowLost,
      support: this,
      actions: this.#actions,
    };
  }

  #focusPane(): void {
    const { pane, question } = this;
    if (question !== null || pane.name === 'error') focusPane(this.renderRoot, 'way-on');
    else if (pane.name === 'password') focusPane(this.renderRoot, 'field');
    else focusPane(this.renderRoot, isReaching(pane) ? focusOf(pane) : 'heading');
  }

  #toolbar(): TemplateResult | typeof nothing {
    const { pane } = this;
    if (!isReaching(pane) || !canRefresh(pane)) return nothing;
    return html`<button type="button" slot="toolbar" id="refresh" @click=${this.#actions.refresh}>
      ${refreshIcon}${this.text.refresh}
    </button>`;
  }

  #content(): TemplateResult {
    return paneContent(this.pane, {
      view: this.#view,
      givePassword: (password) => this.#enrolment?.givePassword(password),
      countdown: { now: () => this.#cms.now(), onOver: () => this.#enrolment?.hurry() },
      copy: { isCopied: this.isCopied, onCopy: (link) => void this.#copy(link) },
    });
  }

  /** Returns the text that a screen reader announces while the focus stays where it is. */
  #announcement(): string {
    const { pane, question } = this;
    const text = this.text;
    if (question !== null) return '';
    if (isReaching(pane)) return reaching.announcement(pane, this.#view);
    if (pane.name !== 'certificates') return '';
    return text.mobile.certificatesIssued(pane.certificates.issued, pane.certificates.ordered);
  }

  get #actions(): MobileActions {
    return { ...this.#ownActions, unlock: WIZARDS_OF_PAGE.leadTo('unlock', this, this.#close) };
  }

  readonly #ownActions: MobileActions = {
    cancel: () => this.#cancel(),
    next: () => {
      if (this.selected !== null) this.#enrolment?.chooseDevice(this.selected);
    },
    allow: () => this.#enrolment?.proof?.askForAccess(),
    showWindow: () => void this.#showWindow(),
    refresh: () => this.#enrolment?.proof?.refresh(),
    submitPassword: () => this.password?.form?.requestSubmit(),
    run: () => this.#enrolment?.run(),
    reload: () => {
      this.#reopening.remember(null);
      location.reload();
    },
    done: () => {
      this.question = 'missing';
    },
    confirm: () => void this.#enrolment?.confirm(),
    reject: () => this.#enrolment?.reject(),
  };

  readonly #onPane = (pane: MobilePane): void => {
    const before = this.pane;
    // Both questions apply only while an enrolment is under way. When the user has to confirm the phone, the question about missing steps
    // gives way.
    if (!isUnderWay(pane) || (pane.name === 'confirm' && this.question === 'missing')) this.question = null;
    this.#leaveGuard.set(isUnderWay(pane));
    this.#waitingPhone.note(pane);
    this.#tabTitle.set(isAwaitingUser(pane) ? this.text.tabTitle : null);
    if (hasWindow(pane) !== hasWindow(before)) this.isWindowLost = false;
    if (pane.name !== before.name) {
      this.isCopied = false;
      this.selected = null;
      this.isCmsAway = false;
    }
    this.pane = pane;
    if (pane.name === 'password' && pane.refusal) this.#typeAgain();
  };

  readonly #onStatus = (status: EnrolmentStatus): void => {
    this.#status = status;
    if (status.state !== 'installed') return;
    const event = { detail: status, bubbles: true, composed: true };
    this.dispatchEvent(new CustomEvent<EnrolmentStatus>('cardwright-mobile-installed', event));
  };

  #typeAgain(): void {
    if (this.password) this.password.value = '';
    this.password?.focus();
  }

  async #copy(link: string): Promise<void> {
    await navigator.clipboard.writeText(link);
    this.isCopied = true;
  }

  /** Brings the extension's window to the front. If the extension refuses, a notice asks the user to look for the window. */
  async #showWindow(): Promise<void> {
    try {
      await this.#enrolment?.proof?.showWindow();
      this.isWindowLost = false;
    } catch (error) {
      if (!isCardwrightError(error)) throw error;
      this.isWindowLost = true;
    }
  }

  /**
   * Handles Escape and Cancel. If a question is shown, withdraws the question. If an enrolment is under way whose profile a mobile device has
   * fetched, asks the user whether to stop. In all other cases, closes the dialog.
   */
  readonly #cancel = (): void => {
    if (this.question !== null) this.#keepWaiting();
    else if (isUnderWay(this.pane) && this.#status && hasReachedPhone(this.#status)) this.question = 'stop';
    else void this.#close();
  };

  readonly #keepWaiting = (): void => {
    this.question = null;
  };

  readonly #close = (): Promise<void> => {
    const enrolment = this.#enrolment;
    if (!enrolment) return this.#closing;
    this.#enrolment = undefined;
    this.#status = null;
    this.question = null;
    this.#leaveGuard.set(false);
    this.#tabTitle.set(null);
    this.#reopening.forget();
    this.#waitingPhone.forget();
    this.dialog?.close();
    this.#closing = enrolment.cancel().then(() => {
      this.dispatchEvent(new CustomEvent('cardwright-closed', { bubbles: true, composed: true }));
    });
    return this.#closing;
  };
}

declare global {
  interface HTMLElementTagNameMap {
    'cardwright-add-mobile': AddMobile;
  }
}
