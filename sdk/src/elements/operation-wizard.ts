import { isCardwrightError } from '@cardwright/protocol';
import type { DeviceId } from '@cardwright/protocol/devices';
import type { HelpDesk } from '@cardwright/protocol/policy';
import { html, nothing, type TemplateResult } from 'lit';
import { property, query, state } from 'lit/decorators.js';
import { CmsClient } from '../cms-client.js';
import type { OperationAbout } from '../operation.js';
import { checksAt } from './checks.js';
import type { DevicePicker } from './device-picker.js';
import './dialog.js';
import type { Dialog } from './dialog.js';
import { refreshIcon } from './icons.js';
import { LeaveGuard } from './leave-guard.js';
import { WIZARDS_OF_PAGE } from './offered-wizards.js';
import { OperationRun } from './operation-run.js';
import type { Done, WizardDefinition } from './operations/definition.js';
import type { PaneActions, PaneView } from './pane-definition.js';
import { focusPane, isFocusGone, isInSlot } from './pane-focus.js';
import { paneStyles } from './pane-styles.js';
import {
  announcementOf,
  buttonsOf,
  canRefresh,
  contentOf,
  focusOf,
  isAwaitingUser,
  isHalfDone,
  isRunning,
  keyOf,
  stepOf,
  windowOf,
  type Pane,
} from './panes.js';
import { Reopening } from './reopening.js';
import { selectedAmong } from './selection.js';
import './stepper.js';
import { TabTitle } from './tab-title.js';
import { wishedLanguage } from './page-words.js';
import { buttons, theme } from './theme.js';
import { wantPreferred, type Preference, type WantedDevice } from './wanted-device.js';
import { WordedElement } from './worded-element.js';

export interface OpenOptions extends OperationAbout {
  /** A card with which the wizard continues as soon as the card is connected, for example one whose issuance was interrupted. */
  readonly prefer?: Preference | undefined;
  /**
   * Set if the operation was begun before, so that the title of the wizard says so. By default, the issuance of a preferred card was begun before, and
   * no other operation was.
   */
  readonly isBegun?: boolean | undefined;
}

/**
 * The wizard that runs an operation on a device. It checks the computer, finds the device, and shows the operation's progress and result. A
 * subclass names the operation (`definition`).
 *
 * When the operation is done, the wizard fires the event of its definition (detail: `Done`), shows the success, and closes by itself after
 * some seconds. The wizard does none of this if only the PIN is missing, or if the device awaits an approval. Whenever the wizard has
 * closed and nothing is running any more, it fires `cardwright-closed`. If only a reload of the page helps, the wizard reloads the page, by
 * itself or at the user's click, and then opens again.
 *
 * Slot `proof`: the page's own form with which users prove their identity again. The form is shown only if the CMS demands a recent proof.
 * When the CMS has accepted the proof, the page calls `proved()`.
 *
 * @example
 * const wizard: OperationWizard | null = document.querySelector('cardwright-change-pin');
 * wizard?.addEventListener('cardwright-closed', () => location.reload());
 */
export abstract class OperationWizard extends WordedElement {
  static override readonly styles = [theme, buttons, paneStyles];

  /** Base address of the CMS's HTTP contract. */
  @property() accessor endpoint = '/api';
  /** The CMS's name of the operation. Null if the CMS uses the `kind` of the definition as the name. */
  @property() accessor kind: string | null = null;
  /**
   * Address of a troubleshooting page (https, or of the page's own origin). Errors link to the entries of that page. Empty if there is no
   * such page.
   */
  @property() accessor help = '';
  /** The help desk to name with errors, and the addresses of missing software. */
  @property({ attribute: false }) accessor helpDesk: HelpDesk = {};
  @state() private accessor pane: Pane = { name: 'check', checks: checksAt('extension', 'running') };
  @state() private accessor selected: DeviceId | null = null;
  @state() private accessor isOpen = false;
  /** Set while the user is asked whether to stop. The operation continues meanwhile. */
  @state() private accessor isStopping = false;
  /** Set if the extension's window could not be brought to the front. */
  @state() private accessor isWindowLost = false;
  @query('cardwright-dialog') private accessor dialog: Dialog | null = null;
  @query('cardwright-device-picker') private accessor picker: DevicePicker | null = null;

  #run: OperationRun | undefined;
  /** Resolves when the previous run has ended. */
  #closing: Promise<void> = Promise.resolve();
  #shownKey = '';
  readonly #leaveGuard = new LeaveGuard();
  readonly #tabTitle = new TabTitle();
  #about: OperationAbout = {};
  /** Set if the operation was begun before. */
  #isResuming = false;

  /** Definition of the operation that the wizard runs, with its words. */
  protected abstract get definition(): WizardDefinition;

  /** Opens the wizard and starts its checks. Does nothing if the wizard is open. */
  open({ prefer, isBegun, ...about }: OpenOptions = {}): Promise<void> {
    return this.#open(prefer ? wantPreferred(prefer) : null, about, isBegun);
  }

  /**
   * Continues with the same device after the page's form in the slot `proof` has succeeded. Does nothing if the wizard is not asking for a
   * proof. If the CMS demands yet another proof, the wizard says so and asks again.
   */
  proved(): void {
    this.#run?.proved();
  }

  /** True if the wizard runs operations of this kind, named as in the definition. For these operations, other dialogs lead to this wizard. */
  runs(kind: string): boolean {
    return this.definition.kind === kind;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    WIZARDS_OF_PAGE.offer(this);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    WIZARDS_OF_PAGE.withdraw(this);
    void this.#close();
  }

  protected override firstUpdated(): void {
    const remembered = this.#reopening.take();
    if (remembered) void this.#open(remembered.wanted, remembered.about);
  }

  protected override render(): TemplateResult {
    const { definition, isOpen } = this;
    const text = this.text;
    const words = definition.words(text);
    return html`<cardwright-dialog
      data-pane=${isOpen ? keyOf(this.#shown) : nothing}
      lang=${text.language}
      heading=${this.#isResuming ? words.resume : words.title}
      @dialog-cancel=${this.#cancel}
      @auto-close=${this.#cancel}
    >
      ${isOpen ? this.#content(definition.steps) : nothing}
    </cardwright-dialog>`;
  }

  #content(steps: WizardDefinition['steps']): TemplateResult {
    const view = this.#view;
    const { text, words } = view;
    const shown = this.#shown;
    const step = Math.max(0, steps.indexOf(this.#stepOf(shown)));
    return html`<cardwright-stepper
        slot="steps"
        .labels=${steps.map((name) => words.steps[name] ?? '')}
        .current=${step}
        .done=${text.done}
        .position=${text.stepOf(step + 1, steps.length)}
      ></cardwright-stepper>
      ${canRefresh(shown) ? this.#refreshButton() : nothing} ${contentOf(shown, view)}
      <p class="visually-hidden" role="status">${announcementOf(shown, view)}</p>
      ${buttonsOf(shown, view)}`;
  }

  protected override updated(): void {
    if (!this.#run) return;
    const isNew = this.#shownKey !== keyOf(this.#shown);
    this.#shownKey = keyOf(this.#shown);
    if (isNew) this.#focusPane();
    else if (!isInSlot(this))
      void isFocusGone(this.shadowRoot, this.picker).then((isGone) => (isGone ? this.#focusPane() : undefined));
  }

  /** The pane on the screen. The question whether to stop hides the pane of the operation, which continues meanwhile. */
  get #shown(): Pane {
    const { pane } = this;
    if (!this.isStopping) return pane;
    return { name: 'stop', step: stepOf(pane), stop: () => void this.#close(), keepGoing: this.#keepGoing };
  }

  /**
   * Returns the step at which a pane is shown: the pane's own step, or the last step of the operation if the operation does not have the
   * pane's step.
   */
  #stepOf(pane: Pane): WizardDefinition['steps'][number] {
    const { steps } = this.definition;
    const step = stepOf(pane);
    return steps.includes(step) ? step : (steps.at(-1) ?? step);
  }

  get #view(): PaneView {
    const { pane, selected, isWindowLost } = this;
    const words = this.definition.words(this.text);
    return {
      text: this.text,
      words,
      search: words.search,
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
      hasProofForm: this.querySelector(':scope > [slot=proof]') !== null,
    };
  }

  get #reopening(): Reopening {
    return new Reopening(`${this.endpoint} ${this.definition.kind}`);
  }

  async #open(
    wanted: WantedDevice | null,
    about: OperationAbout,
    isBegun = this.definition.isIssuance && wanted !== null,
  ): Promise<void> {
    if (this.#run) return;
    this.#about = about;
    this.#reopening.forget();
    this.#shownKey = '';
    this.selected = null;
    const { definition } = this;
    this.#isResuming = isBegun;
    const options = { kind: this.kind ?? definition.kind, isIssuance: definition.isIssuance, about };
    const run = new OperationRun(new CmsClient(this.endpoint, { language: wishedLanguage() }), options, {
      onPane: this.#onPane,
      onDone: this.#onDone,
      onReloadNeeded: this.#reload,
    });
    this.#run = run;
    this.isOpen = true;
    this.#onPane({ name: 'check', checks: checksAt('extension', 'running') });
    await this.updateComplete;
    await this.dialog?.showModal();
    this.#focusPane();
    await this.#closing;
    if (this.#run === run) run.run(wanted);
  }

  #focusPane(): void {
    focusPane(this.renderRoot, focusOf(this.#shown));
  }

  #refreshButton(): TemplateResult {
    return html`<button type="button" slot="toolbar" id="refresh" @click=${this.#actions.refresh}>
      ${refreshIcon}${this.text.refresh}
    </button>`;
  }

  get #actions(): PaneActions {
    return {
      ...this.#ownActions,
      unlock: WIZARDS_OF_PAGE.leadTo('unlock', this, this.#close),
      erase: WIZARDS_OF_PAGE.leadTo('erase', this, this.#close),
    };
  }

  readonly #ownActions: PaneActions = {
    cancel: () => this.#cancel(),
    next: () => {
      if (this.selected !== null) this.#run?.choose(this.selected);
    },
    allow: () => this.#run?.askForAccess(),
    showWindow: () => void this.#showWindow(),
    refresh: () => this.#run?.refresh(),
    run: (wanted) => this.#run?.run(wanted),
    sendCode: (wanted, code) => this.#run?.run(wanted, code),
    chooseAgain: () => this.#run?.runWithChoice(),
    reload: (wanted) => this.#reload(wanted),
  };

  readonly #onPane = (pane: Pane): void => {
    // Without a device that may be left unusable, the question whether to stop no longer applies.
    if (!isHalfDone(pane)) this.isStopping = false;
    this.#leaveGuard.set(isRunning(pane));
    this.#tabTitle.set(isAwaitingUser(pane) ? this.text.tabTitle : null);
    if (windowOf(pane) !== windowOf(this.pane)) this.isWindowLost = false;
    this.pane = pane;
  };

  readonly #onDone = (detail: Done): void => {
    this.dispatchEvent(new CustomEvent<Done>(this.definition.event, { detail, bubbles: true, composed: true }));
  };

  /** Brings the extension's window to the front. If the extension refuses, a notice asks the user to look for the window. */
  async #showWindow(): Promise<void> {
    try {
      await this.#run?.showWindow();
      this.isWindowLost = false;
    } catch (error) {
      if (!isCardwrightError(error)) throw error;
      this.isWindowLost = true;
    }
  }

  readonly #reload = (wanted: WantedDevice | null): void => {
    this.#reopening.remember(wanted, this.#about);
    location.reload();
  };

  /**
   * Handles Escape and Cancel, and the end of the countdown after success. If the question whether to stop is shown, withdraws the question.
   * If stopping now may leave an unusable device, asks this question. In all other cases, closes the wizard.
   */
  readonly #cancel = (): void => {
    if (this.isStopping) this.#keepGoing();
    else if (isHalfDone(this.pane)) this.isStopping = true;
    else void this.#close();
  };

  readonly #keepGoing = (): void => {
    this.isStopping = false;
  };

  readonly #close = (): Promise<void> => {
    const run = this.#run;
    if (!run) return this.#closing;
    this.#run = undefined;
    this.isOpen = false;
    this.isStopping = false;
    this.#leaveGuard.set(false);
    this.#tabTitle.set(null);
    this.#reopening.forget();
    this.dialog?.close();
    this.#closing = run.cancel().then(() => {
      this.dispatchEvent(new CustomEvent('cardwright-closed', { bubbles: true, composed: true }));
    });
    return this.#closing;
  };
}
