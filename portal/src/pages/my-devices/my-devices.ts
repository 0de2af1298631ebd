import { buttons, theme, type AddDevice, type AddMobile, type OpenOptions } from '@cardwright/sdk/elements';
import { LitElement, css, html, nothing, type TemplateResult } from 'lit';
import { customElement, query, state } from 'lit/decorators.js';
import { repeat } from 'lit/directives/repeat.js';
import { call, type MyDevice, type MyDevices, type OfferedOperation, type User } from '../api.js';
import '../fresh-proof.js';
import { HELP, HELP_DESK } from '../support.js';
import { PageProblem, problemStyles } from '../page-problem.js';
import '../shell.js';
import { requireLogin } from '../shell.js';
import { isForOperators, may } from '../rights.js';
import { text } from '../text.js';
import './delete-mobile-dialog.js';
import type { DeleteMobileDialog } from './delete-mobile-dialog.js';
import './device-card.js';
import type {
  DeleteMobileEvent,
  OperationWantedEvent,
  OwnerActionEvent,
  RemovePasskeyEvent,
  RenameDeviceEvent,
  ReportWantedEvent,
} from './device-card.js';
import { emptyState, emptyStateStyles } from './empty-state.js';
import { helpDeskContact, helpDeskContactStyles } from '../help-desk-contact.js';
import { ownNameOf } from './own-name.js';
import './remove-passkey-dialog.js';
import './rename-dialog.js';
import './report-dialog.js';
import type { ReportDialog } from './report-dialog.js';
import { terminatedDevices, terminatedDevicesStyles } from './terminated-devices.js';

/** The page My Devices: the user's devices, and the buttons that add a device. */
@customElement('portal-my-devices')
export class MyDevicesPage extends LitElement {
  static override readonly styles = [
    theme,
    buttons,
    problemStyles,
    emptyStateStyles,
    terminatedDevicesStyles,
    helpDeskContactStyles,
    css`
      .top {
        display: flex;
        flex-wrap: wrap;
        align-items: center;
        justify-content: space-between;
        gap: var(--space-3);
        margin-bottom: var(--space-5);
      }

      h1 {
        font-size: 1.6rem;
      }

      .add {
        display: grid;
        justify-items: end;
        gap: var(--space-1);
      }

      .add p {
        max-width: 26.25rem;
        text-align: right;
      }

      .add .buttons {
        display: flex;
        flex-wrap: wrap;
        justify-content: flex-end;
        gap: var(--space-2);
      }

      #outcome:not(.visually-hidden) {
        margin-bottom: var(--space-4);
        padding: var(--space-3) var(--space-4);
        border-radius: var(--radius);
        background: var(--good-soft);
      }

      .list {
        display: grid;
        gap: var(--space-4);
        list-style: none;
      }

      .questions {
        margin-top: var(--space-6);
        color: var(--text-muted);
      }

      @container page (max-width: 30rem) {
        .add {
          justify-items: stretch;
          width: 100%;
        }

        .add p {
          max-width: none;
          text-align: left;
        }

        .add .buttons > * {
          flex: 1 1 auto;
        }
      }
    `,
  ];

  @state() private accessor user: User | null = null;
  @state() private accessor mine: MyDevices | null = null;
  /** Id of the device that was just issued or enrolled; null if there is no such device. */
  @state() private accessor added: MyDevice['id'] | null = null;
  /** The outcome of the last action in words; empty if there is no outcome to show. */
  @state() private accessor outcome = '';
  @query('cardwright-add-device') private accessor wizard: AddDevice | null = null;
  @query('cardwright-add-mobile') private accessor mobile: AddMobile | null = null;
  @query('portal-delete-mobile-dialog') private accessor deleteDialog: DeleteMobileDialog | null = null;
  @query('portal-report-dialog') private accessor reportDialog: ReportDialog | null = null;
  @query('#outcome') private accessor outcomeLine: HTMLElement | null = null;
  readonly #problem = new PageProblem(this);

  override connectedCallback(): void {
    super.connectedCallback();
    void this.#problem.during(this.#load());
  }

  protected override render(): TemplateResult | typeof nothing {
    if (this.user === null) return this.#problem.renderAlone(text.myDevices);
    return html`<portal-shell .user=${this.user}>
      <div class="top">
        <h1>${text.myDevices}</h1>
        ${this.mine === null || this.mine.devices.length === 0 ? nothing : this.#addButtons(this.mine)}
      </div>
      <p id="outcome" class=${this.outcome === '' ? 'visually-hidden' : ''} role="status" tabindex="-1">
        ${this.outcome}
      </p>
      ${this.#problem.render()} ${this.mine === null ? nothing : this.#content(this.mine)}
      <cardwright-add-device
        endpoint="/api"
        help=${HELP}
        .helpDesk=${HELP_DESK}
        @cardwright-issued=${this.#onIssued}
        @cardwright-closed=${this.#onClosed}
        >${this.#proofForm()}</cardwright-add-device
      >
      ${repeat(
        this.mine?.operations ?? [],
        // The key keeps an open wizard the same element when the list is read again.
        ({ kind }) => kind,
        (operation) => this.#wizardFor(operation),
      )}
      <cardwright-add-mobile
        endpoint="/api"
        help=${HELP}
        .helpDesk=${HELP_DESK}
        @cardwright-mobile-installed=${this.#onIssued}
        @cardwright-closed=${this.#onClosed}
      ></cardwright-add-mobile>
      <portal-delete-mobile-dialog></portal-delete-mobile-dialog>
      <portal-remove-passkey-dialog></portal-remove-passkey-dialog>
      <portal-rename-dialog></portal-rename-dialog>
      <portal-report-dialog></portal-report-dialog>
    </portal-shell>`;
  }

  /**
   * Makes the wizard of an operation. The wizard exists even if no listed device offers the operation, because another wizard may lead to this one.
   */
  #wizardFor({ kind, label }: OfferedOperation): TemplateResult {
    return html`<cardwright-operation
      kind=${kind}
      heading=${label}
      endpoint="/api"
      help=${HELP}
      .helpDesk=${HELP_DESK}
      @cardwright-closed=${this.#onClosed}
      >${this.#proofForm()}</cardwright-operation
    >`;
  }

  /** Makes the form for a fresh proof of identity, which every wizard has, because some operations need a fresh proof. */
  #proofForm(): TemplateResult {
    return html`<portal-fresh-proof slot="proof"></portal-fresh-proof>`;
  }

  #addButtons({ limit, mobile }: MyDevices): TemplateResult {
    const isFull = limit.reason !== null;
    const button = (id: string, label: string, rank: 'primary' | 'plain', press: () => void): TemplateResult =>
      html`<button
        type="button"
        class=${rank === 'primary' ? rank : ''}
        id=${id}
        ?disabled=${isFull}
        aria-describedby=${isFull ? 'limit' : nothing}
        @click=${press}
      >
        ${label}
      </button>`;
    return html`<div class="add">
      <div class="buttons">
        ${button('add-device', text.addDevice, 'primary', this.#addDevice)}
        ${mobile === null ? nothing : button('add-mobile', text.addMobile, 'plain', this.#addMobile)}
      </div>
      ${isFull ? html`<p id="limit" class="muted">${limit.reason}</p>` : nothing}
    </div>`;
  }

  #content(mine: MyDevices): TemplateResult {
    const contact = helpDeskContact();
    return html`${this.#list(mine)}
    ${terminatedDevices(mine, (kind, device, isBegun) => this.#run(kind, device, { isBegun }))}
    ${contact === null ? nothing : html`<p class="questions">${text.questions} ${contact}</p>`}`;
  }

  #list(mine: MyDevices): TemplateResult {
    const { devices } = mine;
    if (devices.length === 0) return emptyState(mine, this.#addButtons(mine));
    return html`<ul
      class="list"
      @owner-action=${this.#act}
      @operation-wanted=${this.#operate}
      @delete-mobile=${this.#askToDelete}
      @remove-passkey=${this.#askToRemovePasskey}
      @rename-device=${this.#askForName}
      @report-wanted=${this.#askAboutReport}
    >
      ${repeat(
        devices,
        // The key keeps a removed button, which may have the focus, from becoming the button of the next device.
        ({ id }) => id,
        (device) =>
          html`<li>
            <portal-device-card
              .device=${device}
              .operations=${mine.operations}
              ?added=${device.id === this.added}
            ></portal-device-card>
          </li>`,
      )}
    </ul>`;
  }

  async #load(): Promise<void> {
    const { user } = await requireLogin();
    if (user !== null && !may('own-devices') && isForOperators(user)) {
      location.assign('/operator');
      return;
    }
    this.user = user;
    if (this.user !== null) this.mine = await call('GET /api/devices');
  }

  /**
   * Opens the wizard for adding a device, for either action of an owner: `continue` or `start-again`. As soon as the device is connected, the wizard
   * begins with it.
   */
  readonly #act = ({ detail: { way, device } }: OwnerActionEvent): void => {
    void this.#problem.during(
      (async () => {
        if (way === 'start-again') await call('POST /api/devices/{id}/start-again', { parameters: { id: device.id } });
        const { serial, guid, model } = device;
        await this.wizard?.open({ prefer: { serial, guid, model } });
      })(),
    );
  };

  readonly #operate = ({ detail: { kind, device, work } }: OperationWantedEvent): void =>
    this.#run(kind, device, { work });

  #run(kind: string, { serial, guid, model }: OperationWantedEvent['detail']['device'], options: OpenOptions): void {
    this.#forget();
    const wizard = [...this.renderRoot.querySelectorAll('cardwright-operation')].find((one) => one.kind === kind);
    void wizard?.open({ prefer: { serial, guid, model }, ...options });
  }

  readonly #addDevice = (): void => {
    this.#forget();
    void this.wizard?.open();
  };

  readonly #addMobile = (): void => {
    this.#forget();
    void this.mobile?.open();
  };

  /** Clears the outcome of the last action, and the mark of the added device. */
  #forget(): void {
    this.added = null;
    this.outcome = '';
  }

  readonly #askToDelete = ({ detail: device }: DeleteMobileEvent): void => {
    void this.deleteDialog?.ask({ device, answer: () => void this.#delete(device) });
  };

  readonly #askToRemovePasskey = ({ detail: { device, passkey } }: RemovePasskeyEvent): void => {
    const answer = (): void => this.#run('remove-passkey', device, { subject: passkey.id });
    void this.renderRoot.querySelector('portal-remove-passkey-dialog')?.ask({ device, passkey, answer });
  };

  readonly #askForName = ({ detail: device }: RenameDeviceEvent): void => {
    this.#forget();
    const answer = (): void => void this.#problem.during(this.#load());
    void this.renderRoot.querySelector('portal-rename-dialog')?.ask({ device, answer });
  };

  /** Deletes a mobile device, and reads the list again, even if deleting failed. */
  async #delete(device: MyDevice): Promise<void> {
    this.#forget();
    const { id } = device;
    const remove = async (): Promise<void> => {
      await call('DELETE /api/mobile/devices/{id}', { parameters: { id }, body: {} });
      this.outcome = text.deleteMobile.done(ownNameOf(device));
    };
    await this.#problem.duringChange(remove, () => this.#load());
    await this.updateComplete;
    // The pressed button may be gone, and the focus with it.
    if (this.shadowRoot?.activeElement === null) this.outcomeLine?.focus();
  }

  readonly #askAboutReport = ({ detail: { way, device } }: ReportWantedEvent): void => {
    this.#forget();
    void this.reportDialog?.ask({ way, device, done: (outcome) => void this.#reported(way, outcome) });
  };

  /** Reads the list again, shows the outcome and, for a replacement, opens the wizard for adding a device. */
  async #reported(way: ReportWantedEvent['detail']['way'], outcome: string): Promise<void> {
    await this.#problem.during(this.#load());
    this.outcome = outcome;
    await this.updateComplete;
    if (way === 'replace') await this.wizard?.open();
    else this.outcomeLine?.focus();
  }

  /** Reads the list at once, while the wizard is still open and shows that the device is ready. */
  readonly #onIssued = (): void => {
    void this.#problem.during(
      (async () => {
        await this.#load();
        this.added = newestOf(this.mine?.devices ?? []);
      })(),
    );
  };

  readonly #onClosed = (): void => {
    void this.#problem.during(
      (async () => {
        await this.#load();
        await this.updateComplete;
        this.renderRoot.querySelector('portal-device-card[added]')?.scrollIntoView({ block: 'center' });
      })(),
    );
  };
}

/** Returns the id of the device that became active last. Returns null if no device is active. */
function newestOf(devices: readonly MyDevice[]): MyDevice['id'] | null {
  const active = devices.filter(({ state, activatedAt }) => state === 'active' && activatedAt !== null);
  return active.toSorted((a, b) => (b.activatedAt ?? '').localeCompare(a.activatedAt ?? ''))[0]?.id ?? null;
}
