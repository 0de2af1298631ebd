import { isCardwrightError, type DeviceId, type HelpDesk } from '@cardwright/protocol';
import { LitElement, html, nothing, type TemplateResult } from 'lit';
import { customElement, property, query, state } from 'lit/decorators.js';
import { Cms } from '../cms.js';
import type { JudgedDevice } from './judged-device.js';
import { checksAt } from './check-computer.js';
import type { DevicePicker } from './device-picker.js';
import './dialog.js';
import type { Dialog } from './dialog.js';
import { footer, stopFooter, type FooterActions } from './footer.js';
import { refreshIcon } from './icons.js';
import { Issuance } from './issuance.js';
import { announceIssuance, issuePane } from './issue-panes.js';
import { LeaveGuard } from './leave-guard.js';
import { focusPane, isFocusGone } from './pane-focus.js';
import { paneStyles } from './pane-styles.js';
import {
  STEPS,
  isAwaitingUser,
  isHalfIssued,
  isObstacle,
  keyOf,
  stepOf,
  windowOf,
  type Issued,
  type Pane,
} from './pane.js';
import {
  allowPane,
  announceDevices,
  approvalPane,
  checkPane,
  choosePane,
  connectPane,
  errorPane,
  noReaderPane,
  pendingPane,
  readyPane,
  refusedPane,
  searchPane,
  stopPane,
} from './panes.js';
import { pickerOf, refusedDevices, selectedAmong, type Selection } from './picker-pane.js';
import { Reopening } from './reopening.js';
import './stepper.js';
import { TabTitle } from './tab-title.js';
import { chooseText, languageOf, type Text } from './text.js';
import { buttons, theme } from './theme.js';
import { wantPreferred, type Preference, type WantedDevice } from './wanted-device.js';

export interface OpenOptions {
  /** Continues with this card as soon as it is connected, for example one whose issuance was interrupted. */
  readonly prefer?: Preference | undefined;
}

/**
 * The wizard that issues a device: Check, Check Device, Issue Device, Change PIN.
 *
 * Fires `cardwright-issued` (detail: `Issued`) when the device is active (not while it awaits an approval); then it says so, and
 * closes by itself after some seconds. Fires `cardwright-closed` whenever it has closed and nothing runs any more. Where only a reload of the page helps, it reloads it and opens again by itself.
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
  /** The kind of operation by which the CMS issues a device. */
  @property() accessor kind = 'issue';
  /** Address of a troubleshooting page, to whose entries errors link: https, or of the page's own origin. */
  @property() accessor help = '';
  /** Whom errors tell the user to ask, and where what is missing can be got. */
  @property({ attribute: false }) accessor helpDesk: HelpDesk = {};
  @state() private accessor pane: Pane = { name: 'check', checks: checksAt('extension', 'running') };
  @state() private accessor selected: DeviceId | null = null;
  /** The user is asked whether to stop; the issuance continues meanwhile. */
  @state() private accessor isStopping = false;
  /** The extension's window could not be brought to the front. */
  @state() private accessor isWindowLost = false;
  @query('cardwright-dialog') private accessor dialog: Dialog | null = null;
  @query('cardwright-device-picker') private accessor picker: DevicePicker | null = null;

  #text: Text = chooseText();
  #issuance: Issuance | undefined;
  /** The end of the previous issuance. */
  #closing: Promise<void> = Promise.resolve();
  #shownKey = '';
  readonly #leaveGuard = new LeaveGuard();
  readonly #tabTitle = new TabTitle();
  /** It was opened to continue with a certain device. */
  #isResuming = false;

  /** Opens the wizard and begins with its checks. */
  open({ prefer }: OpenOptions = {}): Promise<void> {
    return this.#open(prefer ? wantPreferred(prefer) : null);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    void this.#close();
  }

  protected override firstUpdated(): void {
    const remembered = this.#reopening.take();
    if (remembered) void this.#open(remembered.wanted);
  }

  protected override render(): TemplateResult {
    const text = this.#text;
    const step = STEPS.indexOf(stepOf(this.pane));
    return html`<cardwright-dialog
      data-pane=${this.#key}
      lang=${languageOf(text)}
      heading=${this.#isResuming ? text.finishSetup : text.title}
      @dialog-cancel=${this.#cancel}
      @auto-close=${this.#cancel}
    >
      <cardwright-stepper
        slot="steps"
        .labels=${STEPS.map((name) => text.steps[name])}
        .current=${step}
        .done=${text.done}
        .position=${text.stepOf(step + 1, STEPS.length)}
      ></cardwright-stepper>
      ${this.#toolbar()} ${this.isStopping ? stopPane(text, stepOf(this.pane)) : this.#content()}
      <p class="visually-hidden" role="status">${this.#announcement()}</p>
      ${
        this.isStopping
          ? stopFooter(text, () => void this.#close(), this.#keepGoing)
          : footer(text, this.pane, this.#selectedDevice, this.#actions)
      }
    </cardwright-dialog>`;
  }

  protected override updated(): void {
    if (!this.#issuance) return;
    const isNew = this.#shownKey !== this.#key;
    this.#shownKey = this.#key;
    if (isNew) this.#focusPane();
    else void isFocusGone(this.shadowRoot, this.picker).then((isGone) => (isGone ? this.#focusPane() : undefined));
  }

  get #key(): string {
    return this.isStopping ? 'stop' : keyOf(this.pane);
  }

  get #reopening(): Reopening {
    return new Reopening(this.endpoint);
  }

  get #selectedDevice(): JudgedDevice | undefined {
    return this.pane.name === 'choose' ? selectedAmong(this.pane.devices, this.selected) : undefined;
  }

  async #open(wanted: WantedDevice | null): Promise<void> {
    if (this.#issuance) return;
    this.#reopening.forget();
    this.#text = chooseText();
    this.#shownKey = '';
    this.selected = null;
    this.#isResuming = wanted !== null;
    const issuance = new Issuance(new Cms(this.endpoint, { language: languageOf(this.#text) }), this.kind, {
      onPane: this.#onPane,
      onIssued: this.#onIssued,
      onReloadNeeded: this.#reload,
    });
    this.#issuance = issuance;
    this.#onPane({ name: 'check', checks: checksAt('extension', 'running') });
    await this.updateComplete;
    await this.dialog?.showModal();
    this.#focusPane();
    await this.#closing;
    if (this.#issuance === issuance) issuance.run(wanted);
  }

  #focusPane(): void {
    focusPane(this.renderRoot, this.isStopping || isObstacle(this.pane));
  }

  #toolbar(): TemplateResult | typeof nothing {
    const { pane } = this;
    if (pane.name !== 'connect' && pane.name !== 'choose') return nothing;
    return html`<button type="button" slot="toolbar" id="refresh" @click=${this.#actions.refresh}>
      ${refreshIcon}${this.#text.refresh}
    </button>`;
  }

  #content(): TemplateResult {
    const text = this.#text;
    const { pane } = this;
    switch (pane.name) {
      case 'check':
        return checkPane(text, pane.checks, this.isWindowLost);
      case 'allow':
        return allowPane(text, pane.checks);
      case 'refused':
        return refusedPane(text, pane, this);
      case 'no-reader':
        return noReaderPane(text, pane.checks, this);
      case 'search':
        return searchPane(text);
      case 'connect':
        return connectPane(text, pane, refusedDevices(text, pane.devices, this.#selection));
      case 'choose':
        return choosePane(
          text,
          pane,
          this.#selectedDevice,
          pickerOf(text, text.chooseTitle, pane.devices, this.#selection),
        );
      case 'issue':
        return issuePane(text, pane, this.isWindowLost);
      case 'pending':
        return pendingPane(text, pane);
      case 'awaiting-approval':
        return approvalPane(text);
      case 'ready':
        return readyPane(text, pane);
      case 'error':
        return errorPane(text, pane, this);
    }
  }

  get #selection(): Selection {
    return {
      selected: this.selected,
      select: (id) => {
        this.selected = id;
      },
    };
  }

  /** What a screen reader says while the focus stays where it is. */
  #announcement(): string {
    const { pane } = this;
    const text = this.#text;
    if (pane.name === 'connect' || pane.name === 'choose') return announceDevices(text, pane.devices);
    return pane.name === 'issue' && !this.isStopping ? announceIssuance(text, pane) : '';
  }

  readonly #actions: FooterActions = {
    cancel: () => this.#cancel(),
    next: () => {
      if (this.selected !== null) this.#issuance?.choose(this.selected);
    },
    allow: () => this.#issuance?.askForAccess(),
    showWindow: () => void this.#showWindow(),
    refresh: () => this.#issuance?.refresh(),
    run: (wanted) => this.#issuance?.run(wanted),
    chooseAgain: () => this.#issuance?.runWithChoice(),
    reload: (wanted) => this.#reload(wanted),
  };

  readonly #onPane = (pane: Pane): void => {
    // The question no longer applies.
    if (!isHalfIssued(pane)) this.isStopping = false;
    this.#leaveGuard.set(pane.name === 'issue');
    this.#tabTitle.set(isAwaitingUser(pane) ? this.#text.tabTitle : null);
    if (windowOf(pane) !== windowOf(this.pane)) this.isWindowLost = false;
    this.pane = pane;
  };

  readonly #onIssued = (issued: Issued): void => {
    this.dispatchEvent(new CustomEvent<Issued>('cardwright-issued', { detail: issued, bubbles: true, composed: true }));
  };

  /** The extension may refuse: then the user has to look for the window. */
  async #showWindow(): Promise<void> {
    try {
      await this.#issuance?.showWindow();
      this.isWindowLost = false;
    } catch (error) {
      if (!isCardwrightError(error)) throw error;
      this.isWindowLost = true;
    }
  }

  readonly #reload = (wanted: WantedDevice | null): void => {
    this.#reopening.remember(wanted);
    location.reload();
  };

  /** Escape and Cancel close at once, unless the device would be left unusable. Then they ask; another Escape withdraws the question. */
  readonly #cancel = (): void => {
    if (this.isStopping) this.#keepGoing();
    else if (isHalfIssued(this.pane)) this.isStopping = true;
    else void this.#close();
  };

  readonly #keepGoing = (): void => {
    this.isStopping = false;
  };

  readonly #close = (): Promise<void> => {
    const issuance = this.#issuance;
    if (!issuance) return this.#closing;
    this.#issuance = undefined;
    this.isStopping = false;
    this.#leaveGuard.set(false);
    this.#tabTitle.set(null);
    this.#reopening.forget();
    this.dialog?.close();
    this.#closing = issuance.cancel().then(() => {
      this.dispatchEvent(new CustomEvent('cardwright-closed', { bubbles: true, composed: true }));
    });
    return this.#closing;
  };
}

declare global {
  interface HTMLElementTagNameMap {
    'cardwright-add-device': AddDevice;
  }
}
