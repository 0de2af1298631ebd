import { buttons, theme, type AddDevice } from '@cardwright/sdk/elements';
import { LitElement, css, html, nothing, type TemplateResult } from 'lit';
import { customElement, query, state } from 'lit/decorators.js';
import { readMyDevices, startAgain, type MyDevice, type MyDevices, type User } from '../api.js';
import { HELP, HELP_DESK } from '../support.js';
import { PageProblem, problemStyles } from '../page-problem.js';
import '../shell.js';
import { requireLogin } from '../shell.js';
import { text } from '../text.js';
import './device-card.js';
import { emptyState, emptyStateStyles } from './empty-state.js';
import type { OwnerActionEvent } from './device-card.js';

/** My Devices: what the user has, and the button that adds one. */
@customElement('portal-my-devices')
export class MyDevicesPage extends LitElement {
  static override readonly styles = [
    theme,
    buttons,
    problemStyles,
    emptyStateStyles,
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
        max-width: 420px;
      }

      .add p {
        text-align: right;
      }

      .list {
        display: grid;
        gap: var(--space-4);
        list-style: none;
      }

      @media (max-width: 520px) {
        .add {
          justify-items: stretch;
          max-width: none;
          width: 100%;
        }

        .add p {
          text-align: left;
        }
      }
    `,
  ];

  @state() private accessor user: User | null = null;
  @state() private accessor mine: MyDevices | null = null;
  /** The device that was just issued. */
  @state() private accessor added: MyDevice['id'] | null = null;
  @query('cardwright-add-device') private accessor wizard: AddDevice | null = null;
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
        ${this.mine === null || this.mine.devices.length === 0 ? nothing : this.#addButton(this.mine)}
      </div>
      ${this.#problem.render()} ${this.mine === null ? nothing : this.#list(this.mine)}
      <cardwright-add-device
        endpoint="/api"
        help=${HELP}
        .helpDesk=${HELP_DESK}
        @cardwright-issued=${this.#onIssued}
        @cardwright-closed=${this.#onClosed}
      ></cardwright-add-device>
    </portal-shell>`;
  }

  #addButton({ limit }: MyDevices): TemplateResult {
    const isFull = limit.reason !== null;
    return html`<div class="add">
      <button
        type="button"
        class="primary"
        id="add-device"
        ?disabled=${isFull}
        aria-describedby=${isFull ? 'limit' : nothing}
        @click=${this.#addDevice}
      >
        ${text.addDevice}
      </button>
      ${isFull ? html`<p id="limit" class="muted">${limit.reason}</p>` : nothing}
    </div>`;
  }

  #list(mine: MyDevices): TemplateResult {
    const { devices } = mine;
    if (devices.length === 0) return emptyState(mine.deviceSource, this.#addButton(mine));
    return html`<ul class="list" @owner-action=${this.#act}>
      ${devices.map((device) => html`<li><portal-device-card .device=${device} ?added=${device.id === this.added}></portal-device-card></li>`)}
    </ul>`;
  }

  async #load(): Promise<void> {
    this.user = await requireLogin();
    if (this.user !== null) this.mine = await readMyDevices();
  }

  /** Both ways lead through the wizard, with this card as soon as it is connected. */
  readonly #act = ({ detail: { way, device } }: OwnerActionEvent): void => {
    void this.#problem.during(
      (async () => {
        if (way === 'start-again') await startAgain(device.id);
        const { serial, guid, model } = device;
        await this.wizard?.open({ prefer: { serial, guid, model } });
      })(),
    );
  };

  readonly #addDevice = (): void => {
    this.added = null;
    void this.wizard?.open();
  };

  /** The wizard still says that the device is ready; the list behind it knows it already. */
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

/** The device that became active last. */
function newestOf(devices: readonly MyDevice[]): MyDevice['id'] | null {
  const active = devices.filter(({ state, activatedAt }) => state === 'active' && activatedAt !== null);
  return active.toSorted((a, b) => (b.activatedAt ?? '').localeCompare(a.activatedAt ?? ''))[0]?.id ?? null;
}
