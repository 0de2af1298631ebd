import { CardwrightError, isCardwrightError } from '@cardwright/protocol';
import { buttons, connect, requestAccess, theme, type Client } from '@cardwright/sdk';
import { LitElement, html, nothing, type TemplateResult } from 'lit';
import { customElement, query, state } from 'lit/decorators.js';
import { actOnDevice, readAllDevices, requestInitialPin, type DeviceDescription } from '../api.js';
import { badgeStyles, stateBadge } from '../device-state-badge.js';
import { fields } from '../form-styles.js';
import { PageProblem, problemStyles } from '../page-problem.js';
import './password-dialog.js';
import type { PasswordDialog } from './password-dialog.js';
import { tables } from './table-styles.js';

type Action = Parameters<typeof actOnDevice>[1];

const ACTIONS: Partial<Readonly<Record<DeviceDescription['state'], readonly Action[]>>> = {
  producing: ['terminate'],
  pending: ['activate', 'suspend', 'terminate'],
  active: ['suspend', 'terminate'],
  suspended: ['resume', 'terminate'],
  failed: ['terminate'],
};

const LABELS: Readonly<Record<Action, string>> = {
  activate: 'Activate',
  suspend: 'Suspend',
  resume: 'Resume',
  terminate: 'Terminate',
};

/** One whose user has yet to choose the PIN can not be activated: nobody knows which PIN it has. */
const actionsFor = ({ state, hasInitialPin }: DeviceDescription): Action[] =>
  (ACTIONS[state] ?? []).filter((action) => action !== 'activate' || hasInitialPin);

/** Everybody's devices, each with what an operator can do to it. */
@customElement('portal-device-table')
export class DeviceTable extends LitElement {
  static override readonly styles = [theme, buttons, badgeStyles, fields, tables, problemStyles];

  @state() private accessor devices: readonly DeviceDescription[] | null = null;
  /** The device whose termination waits for a second press. */
  @state() private accessor confirming: string | null = null;
  @query('portal-password-dialog') private accessor passwordDialog: PasswordDialog | null = null;
  readonly #problem = new PageProblem(this);

  override connectedCallback(): void {
    super.connectedCallback();
    void this.#problem.during(this.#load());
  }

  protected override render(): TemplateResult | typeof nothing {
    const { devices } = this;
    if (devices === null) return this.#problem.render();
    return html`${this.#problem.render()}
      ${
        devices.length === 0
          ? html`<p class="muted">Nobody has a device yet.</p>`
          : html`<table>
              <thead>
                <tr>
                  <th scope="col">Owner</th>
                  <th scope="col">Device</th>
                  <th scope="col">State</th>
                  <th scope="col">Actions</th>
                </tr>
              </thead>
              <tbody>
                ${devices.map((device) => this.#row(device))}
              </tbody>
            </table>`
      } <portal-password-dialog></portal-password-dialog>`;
  }

  #row(device: DeviceDescription): TemplateResult {
    const { id, owner, modelName, serial, guid, state, hasInitialPin } = device;
    return html`<tr>
      <th scope="row">${owner.displayName} <span class="muted">${owner.username}</span></th>
      <td>${modelName}<br /><span class="muted">${serial ?? guid}</span></td>
      <td>${stateBadge(state)}</td>
      <td>
        <span class="actions">
          ${actionsFor(device).map((action) => this.#button(id, action))}
          ${
            hasInitialPin && (state === 'pending' || state === 'active')
              ? html`<button
                  type="button"
                  data-action="initial-pin"
                  @click=${() => this.#run(() => this.#showInitialPin(id))}
                >
                  Show initial PIN
                </button>`
              : nothing
          }
        </span>
      </td>
    </tr>`;
  }

  #button(id: string, action: Action): TemplateResult {
    const isAsked = action === 'terminate' && this.confirming !== id;
    const label = action === 'terminate' && !isAsked ? 'Terminate for ever?' : LABELS[action];
    const press = (): void => {
      if (isAsked) this.confirming = id;
      else void this.#run(() => actOnDevice(id, action));
    };
    const style = action === 'activate' ? 'primary' : '';
    return html`<button type="button" class=${style} data-action=${action} @click=${press}>${label}</button>`;
  }

  /** Afterwards the table shows how things stand, also where the action was refused. */
  async #run(action: () => Promise<unknown>): Promise<void> {
    this.confirming = null;
    await this.#problem.during(
      action()
        .then(() => undefined)
        .finally(() => this.#load()),
    );
  }

  async #showInitialPin(id: string): Promise<void> {
    const ready = await this.passwordDialog?.ask((password, cancelled) => requestDisplay(id, password, cancelled));
    if (!ready) return;
    try {
      await ready.client.call('secret.display', { jws: ready.jws });
    } finally {
      ready.client.close();
    }
  }

  async #load(): Promise<void> {
    this.devices = (await readAllDevices()).devices;
  }
}

/**
 * Has the CMS seal the PIN for a window of the extension: this page relays what it can neither read nor change.
 *
 * @param cancelled the operator has thought better of it
 */
async function requestDisplay(id: string, password: string, cancelled: AbortSignal) {
  const client = await connectForUse(cancelled);
  try {
    const window = await client.call('secret.prepareDisplay', {}, { signal: cancelled });
    const { jws } = await requestInitialPin(id, password, window);
    if (cancelled.aborted) throw new CardwrightError('CANCELLED');
    return { client, jws };
  } catch (error) {
    client.close();
    throw error;
  }
}

/** A session with the extension; where the site was not granted yet, its user is asked first. */
async function connectForUse(signal: AbortSignal): Promise<Client> {
  try {
    return await connect({ signal });
  } catch (error) {
    if (!isCardwrightError(error, 'SITE_NOT_GRANTED') || error.data.consent !== 'needed') throw error;
    await requestAccess(['use'], { signal });
    return connect({ signal });
  }
}
