import type { PHONE } from '@cardwright/cms';
import { CardwrightError, isCardwrightError } from '@cardwright/protocol';
import { connect, requestAccess, type Client } from '@cardwright/sdk';
import { buttons, theme } from '@cardwright/sdk/elements';
import { LitElement, css, html, nothing, type TemplateResult } from 'lit';
import { customElement, query, state } from 'lit/decorators.js';
import { repeat } from 'lit/directives/repeat.js';
import {
  actOnDevice,
  readPolicies,
  requestInitialPin,
  type Action,
  type DeviceQuery,
  type OperatorDevice,
} from '../api.js';
import { badgeStyles, stateBadge } from '../device-state-badge.js';
import { PageProblem, problemStyles } from '../page-problem.js';
import { text } from '../text.js';
import { ACTION_WORDS } from './action-words.js';
import { PROOFS, identityOf, nameOf, noteOn } from './device-facts.js';
import { readFurther, readPages, type DevicePages } from './device-pages.js';
import './device-search.js';
import type { ModelName, SearchEvent } from './device-search.js';
import './list-end.js';
import './password-dialog.js';
import type { PasswordDialog, PasswordQuestion } from './password-dialog.js';
import './reason-dialog.js';
import type { ReasonDialog } from './reason-dialog.js';
import { tables } from './table-styles.js';

type Section = 'waiting' | 'others';

const INITIAL_PIN: PasswordQuestion = {
  title: 'Enter your password',
  why: html`<p class="muted">The initial PIN is shown only to you, in a window of the Cardwright extension.</p>`,
  answer: 'Show PIN',
};

/** They have no device policy, and can be left from a time when they could be added. */
const PHONES: ModelName = { model: 'ios' satisfies typeof PHONE, name: 'iPhone or iPad' };

/** Everybody's devices, page by page, each with what this operator can do to it; first those that wait for this operator's approval. */
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

      .many {
        margin-bottom: var(--space-3);
        color: var(--warn);
      }

      table.waiting {
        border-color: var(--warn);
      }

      #outcome {
        margin-bottom: var(--space-3);
      }

      #outcome.refused {
        color: var(--warn);
      }

      .note {
        max-width: 44ch;
        color: var(--warn);
      }
    `,
  ];

  /** Those that wait for this operator's approval, and the others: what is shown of them. */
  @state() private accessor lists: Readonly<Record<Section, DevicePages>> | null = null;
  @state() private accessor models: readonly ModelName[] = [];
  /** What was done last, or why it was not. */
  @state() private accessor outcome = '';
  /** Whether the device had changed, so that nothing was done. */
  @state() private accessor hasChanged = false;
  @query('#outcome') private accessor outcomeLine: HTMLElement | null = null;
  @query('portal-reason-dialog') private accessor reasonDialog: ReasonDialog | null = null;
  @query('portal-password-dialog') private accessor passwordDialog: PasswordDialog | null = null;
  readonly #problem = new PageProblem(this);
  #query: DeviceQuery = {};
  /** Counts requests: an answer that comes after a later request is ignored. */
  #asked = 0;

  override connectedCallback(): void {
    super.connectedCallback();
    void this.#problem.during(Promise.all([this.#readModels(), this.#load()]).then(() => undefined));
  }

  protected override render(): TemplateResult | typeof nothing {
    const { lists } = this;
    if (lists === null) return this.#problem.render();
    const isSearched = Object.keys(this.#query).length > 0;
    const isEmpty = lists.waiting.devices.length + lists.others.devices.length === 0;
    return html`${this.#problem.render()}
      <p id="outcome" class=${this.#outcomeClass} role="status" tabindex="-1">${this.outcome}</p>
      ${
        isEmpty && !isSearched
          ? html`<p class="muted">Nobody has a device yet.</p>`
          : html`<portal-device-search .models=${this.models} @search=${this.#search}></portal-device-search>
              ${this.#sections(lists)}`
      }
      <portal-reason-dialog></portal-reason-dialog>
      <portal-password-dialog></portal-password-dialog>`;
  }

  #sections({ waiting, others }: Readonly<Record<Section, DevicePages>>): TemplateResult {
    const hasWaiting = waiting.devices.length > 0;
    const count = `${waiting.devices.length}${waiting.next === null ? '' : '+'}`;
    return html`${
      waiting.hasMoreOwners || others.hasMoreOwners
        ? html`<p class="many" role="status">${text.list.manyOwners}</p>`
        : nothing
    }
    ${
      hasWaiting
        ? html`<h2 id="waiting">Waiting for your approval (${count})</h2>
            ${this.#table(waiting.devices, 'waiting')}
            ${waiting.next === null ? nothing : this.#end('waiting', waiting)}
            <h2 id="others">Other devices</h2>`
        : nothing
    }
    ${others.devices.length === 0 ? nothing : this.#table(others.devices, hasWaiting ? 'others' : nothing)}
    ${this.#end('others', others)}`;
  }

  #end(section: Section, { devices, next }: DevicePages): TemplateResult {
    const shown = devices.length === 0 ? text.list.none : text.list.devices(devices.length, next === null);
    return html`<portal-list-end
      .shown=${shown}
      .more=${next === null ? null : () => this.#readMore(section)}
    ></portal-list-end>`;
  }

  #table(devices: readonly OperatorDevice[], heading: Section | typeof nothing): TemplateResult {
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
        <a href="/operator/devices/${id}">${modelName}</a><br /><span class="muted"
          >${identityOf(device)}<br />${PROOFS[proof]}</span
        >
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
        await actOnDevice(device, action.name, reason).catch((error: unknown) => this.#noteChange(device, error));
        if (!this.hasChanged) this.outcome = `${done}: ${nameOf(device)}.`;
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

  #clearOutcome(): void {
    this.outcome = '';
    this.hasChanged = false;
  }

  get #outcomeClass(): string {
    if (this.outcome === '') return 'visually-hidden';
    return this.hasChanged ? 'refused' : 'muted';
  }

  /**
   * The table shows the device as it is now, and its operator decides again: nothing is sent again by itself.
   *
   * @throws what else an action was refused with
   */
  #noteChange(device: OperatorDevice, error: unknown): void {
    if (!isCardwrightError(error, 'DEVICE_CHANGED')) throw error;
    this.hasChanged = true;
    this.outcome = `${nameOf(device)} has changed since you saw it, so nothing was done. Look at it again before you decide.`;
  }

  /** Afterwards the table shows the current state, also where the action was refused. */
  async #run(action: () => Promise<unknown>): Promise<void> {
    this.#clearOutcome();
    await this.#problem.during(
      action()
        .then(() => undefined)
        .finally(() => this.#load()),
    );
    await this.updateComplete;
    // The button that was pressed may be gone, and the focus with it. It may also stand for a device that was not looked at yet.
    if (this.hasChanged || this.shadowRoot?.activeElement === null) this.outcomeLine?.focus();
  }

  async #showInitialPin(id: string): Promise<void> {
    const ready = await this.passwordDialog?.ask(INITIAL_PIN, (password, cancelled) =>
      requestDisplay(id, password, cancelled),
    );
    if (!ready) return;
    try {
      await ready.client.call('secret.display', { jws: ready.jws });
    } finally {
      ready.client.close();
    }
  }

  async #readModels(): Promise<void> {
    const { policies } = await readPolicies();
    this.models = [...policies.map(({ model, policy }) => ({ model, name: policy.modelName })), PHONES];
  }

  readonly #search = ({ detail }: SearchEvent): void => {
    this.#query = detail;
    this.#clearOutcome();
    // From the beginning: what the previous search showed does not count.
    void this.#problem.during(this.#read((query) => readPages(query)));
  };

  /** Reads again what is shown. */
  #load(): Promise<void> {
    const { lists } = this;
    return this.#read((query, section) => readPages(query, lists?.[section].devices.length));
  }

  #readMore(wanted: Section): Promise<void> {
    const { lists } = this;
    if (lists === null) return Promise.resolve();
    return this.#problem.during(
      this.#read((_query, section) => (section === wanted ? readFurther(lists[section]) : lists[section])),
    );
  }

  async #read(read: (query: DeviceQuery, section: Section) => DevicePages | Promise<DevicePages>): Promise<void> {
    const asked = (this.#asked += 1);
    const [waiting, others] = await Promise.all([
      read({ ...this.#query, waiting: 'yes' }, 'waiting'),
      read({ ...this.#query, waiting: 'no' }, 'others'),
    ]);
    if (asked === this.#asked) this.lists = { waiting, others };
  }
}

/**
 * Has the CMS seal the PIN for a window of the extension: this page relays what it can neither read nor change.
 *
 * @param cancelled the operator has changed their mind
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
