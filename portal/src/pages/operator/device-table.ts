import { CardwrightError, isCardwrightError } from '@cardwright/protocol';
import { connect, requestAccess, type Client } from '@cardwright/sdk';
import { buttons, theme } from '@cardwright/sdk/elements';
import { LitElement, css, html, nothing, type TemplateResult } from 'lit';
import { customElement, query, state } from 'lit/decorators.js';
import { repeat } from 'lit/directives/repeat.js';
import { actOnDevice, readAllDevices, requestInitialPin, type Action, type OperatorDevice } from '../api.js';
import { badgeStyles, stateBadge } from '../device-state-badge.js';
import { PageProblem, problemStyles } from '../page-problem.js';
import { ACTION_WORDS } from './action-words.js';
import { PROOFS, identityOf, nameOf, noteOn, waitsForApproval } from './device-facts.js';
import './password-dialog.js';
import type { PasswordDialog } from './password-dialog.js';
import './reason-dialog.js';
import type { ReasonDialog } from './reason-dialog.js';
import { tables } from './table-styles.js';

/** Everybody's devices, each with what this operator can do to it; first those that wait for her approval. */
@customElement('portal-device-table')
export class DeviceTable extends LitElement {
  static override readonly styles = [
    theme,
    buttons,
    badgeStyles,
    tables,
    problemStyles,
    css`
      h2 {
        margin-block: var(--space-5) var(--space-3);
        font-size: 1.125rem;
      }

      h2:first-of-type {
        margin-top: 0;
      }

      table.waiting {
        border-color: var(--warn);
      }

      #outcome {
        margin-bottom: var(--space-3);
      }

      .note {
        max-width: 44ch;
        color: var(--warn);
      }
    `,
  ];

  @state() private accessor devices: readonly OperatorDevice[] | null = null;
  /** What was done last. */
  @state() private accessor outcome = '';
  @query('#outcome') private accessor outcomeLine: HTMLElement | null = null;
  @query('portal-reason-dialog') private accessor reasonDialog: ReasonDialog | null = null;
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
      <p id="outcome" class=${this.outcome === '' ? 'visually-hidden' : 'muted'} role="status" tabindex="-1">
        ${this.outcome}
      </p>
      ${devices.length === 0 ? html`<p class="muted">Nobody has a device yet.</p>` : this.#sections(devices)}
      <portal-reason-dialog></portal-reason-dialog>
      <portal-password-dialog></portal-password-dialog>`;
  }

  #sections(devices: readonly OperatorDevice[]): TemplateResult {
    const waiting = devices.filter(waitsForApproval);
    const others = devices.filter((device) => !waitsForApproval(device));
    if (waiting.length === 0) return this.#table(others, nothing);
    return html`<h2 id="waiting">Waiting for your approval (${waiting.length})</h2>
      ${this.#table(waiting, 'waiting')}
      ${
        others.length === 0
          ? nothing
          : html`<h2 id="others">Other devices</h2>
              ${this.#table(others, 'others')}`
      }`;
  }

  #table(devices: readonly OperatorDevice[], heading: 'waiting' | 'others' | typeof nothing): TemplateResult {
    return html`<table class=${heading} aria-labelledby=${heading}>
      <thead>
        <tr>
          <th scope="col">Owner</th>
          <th scope="col">Device</th>
          <th scope="col">State</th>
          <th scope="col">Actions</th>
        </tr>
      </thead>
      <tbody>
        ${repeat(
          devices,
          // A button that is gone must not turn into that of the next device while someone presses it.
          ({ id }) => id,
          (device) => this.#row(device),
        )}
      </tbody>
    </table>`;
  }

  #row(device: OperatorDevice): TemplateResult {
    const { id, owner, modelName, proof, state, hasInitialPin } = device;
    const note = noteOn(device);
    return html`<tr>
      <th scope="row">${owner.displayName} <span class="muted">${owner.username}</span></th>
      <td>
        ${modelName}<br /><span class="muted">${identityOf(device)}<br />${PROOFS[proof]}</span>
      </td>
      <td>${stateBadge(state)} ${note === null ? nothing : html`<p class="note">${note}</p>`}</td>
      <td>
        <span class="actions">
          ${device.actions.map((action) => this.#button(device, action))}
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

  #button(device: OperatorDevice, action: Action): TemplateResult {
    const { label, done, isUsual = false, consequence } = ACTION_WORDS[action.name];
    const act = (reason: string | null): void =>
      void this.#run(async () => {
        await actOnDevice(device.id, action.name, reason);
        this.outcome = `${done}: ${nameOf(device)}.`;
      });
    const press = (): void =>
      consequence === undefined ? act(null) : void this.reasonDialog?.ask({ device, action, answer: act });
    return html`<button
      type="button"
      class=${isUsual ? 'primary' : ''}
      data-action=${action.name}
      aria-haspopup=${consequence === undefined ? nothing : 'dialog'}
      @click=${press}
    >
      ${label}
    </button>`;
  }

  /** Afterwards the table shows how things stand, also where the action was refused. */
  async #run(action: () => Promise<unknown>): Promise<void> {
    this.outcome = '';
    await this.#problem.during(
      action()
        .then(() => undefined)
        .finally(() => this.#load()),
    );
    await this.updateComplete;
    // The button that was pressed may be gone, and the focus with it.
    if (this.shadowRoot?.activeElement === null) this.outcomeLine?.focus();
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
