import type { PHONE } from '@cardwright/cms/devices';
import { buttons, theme } from '@cardwright/sdk/elements';
import { LitElement, css, html, nothing, type TemplateResult } from 'lit';
import { customElement, state } from 'lit/decorators.js';
import { repeat } from 'lit/directives/repeat.js';
import { call, type DeviceQuery, type OperatorDevice } from '../api.js';
import { badgeStyles, stateBadge } from '../device-state-badge.js';
import { expiryLine, expiryStyles } from '../expiry-line.js';
import { PageProblem, problemStyles } from '../page-problem.js';
import { modelNameOf, text } from '../text.js';
import { DeviceActions } from './device-actions.js';
import { PROOFS, givenName, givenNameStyles, identityOf, leftBadge, noteOn } from './device-facts.js';
import { readFurther, readPages, type DevicePages } from './device-pages.js';
import './device-search.js';
import type { ModelName, SearchEvent } from './device-search.js';
import '../list-end.js';
import { tables } from '../table-styles.js';
import { operatorText } from '../operator-text.js';

type Section = 'waiting' | 'others';

/**
 * Mobile devices as a model to search for. They have no device policy, so the server does not list them as a model. They can be found even if the
 * portal does not let users add mobile devices now.
 */
const PHONES: ModelName = { model: 'ios' satisfies typeof PHONE, name: operatorText.phones };

/** The devices of all users, page by page, each with what this operator can do. Devices that wait for this operator's approval come first. */
@customElement('portal-device-table')
export class DeviceTable extends LitElement {
  static override readonly styles = [
    theme,
    buttons,
    badgeStyles,
    expiryStyles,
    givenNameStyles,
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

  /** The devices shown: those that wait for this operator's approval, and the others. */
  @state() private accessor lists: Readonly<Record<Section, DevicePages>> | null = null;
  @state() private accessor models: readonly ModelName[] = [];
  readonly #problem = new PageProblem(this);
  readonly #actions = new DeviceActions(this, this.#problem, () => this.#load());
  #query: DeviceQuery = {};
  /** Number of requests so far, by which an answer to an earlier request is recognised and ignored. */
  #asked = 0;

  override connectedCallback(): void {
    super.connectedCallback();
    void this.#problem.during(Promise.all([this.#readModels(), this.#load()]).then(() => undefined));
  }

  protected override render(): TemplateResult | typeof nothing {
    const { lists } = this;
    if (lists === null) return this.#problem.render();
    const isEmpty = lists.waiting.devices.length + lists.others.devices.length === 0;
    return html`${this.#problem.render()} ${this.#actions.outcome()}
    ${
      isEmpty && !this.#isSearched
        ? html`<p class="muted">${operatorText.noDevices[lists.others.reach]}</p>`
        : html`<portal-device-search .models=${this.models} @search=${this.#search}></portal-device-search>
            ${this.#sections(lists)}`
    }
    ${this.#actions.dialogs()}`;
  }

  get #isSearched(): boolean {
    return Object.keys(this.#query).length > 0;
  }

  #sections({ waiting, others }: Readonly<Record<Section, DevicePages>>): TemplateResult {
    const hasWaiting = waiting.devices.length > 0;
    const hasOthers = others.devices.length > 0 || !hasWaiting || this.#isSearched;
    const count = `${waiting.devices.length}${waiting.next === null ? '' : '+'}`;
    return html`${
      waiting.hasMoreOwners || others.hasMoreOwners
        ? html`<p class="many" role="status">${text.list.manyOwners}</p>`
        : nothing
    }
    ${
      hasWaiting
        ? html`<h2 id="waiting">${operatorText.waitingForYou(count)}</h2>
            ${this.#table(waiting.devices, 'waiting')}
            ${waiting.next === null ? nothing : this.#end('waiting', waiting)}
            ${hasOthers ? html`<h2 id="others">${operatorText.otherDevices}</h2>` : nothing}`
        : nothing
    }
    ${others.devices.length === 0 ? nothing : this.#table(others.devices, hasWaiting ? 'others' : nothing)}
    ${hasOthers ? this.#end('others', others) : nothing}`;
  }

  #end(section: Section, { devices, next }: DevicePages): TemplateResult {
    const shown = devices.length === 0 ? text.list.none : text.list.devices(devices.length, next === null);
    return html`<portal-list-end
      .shown=${shown}
      .more=${next === null ? null : () => this.#readMore(section)}
    ></portal-list-end>`;
  }

  #table(devices: readonly OperatorDevice[], heading: Section | typeof nothing): TemplateResult {
    const { columns } = operatorText;
    return html`<table class=${heading} aria-labelledby=${heading}>
      <thead>
        <tr>
          <th scope="col">${columns.owner}</th>
          <th scope="col">${columns.device}</th>
          <th scope="col">${columns.state}</th>
          <th scope="col">${columns.actions}</th>
        </tr>
      </thead>
      <tbody>
        ${repeat(
          devices,
          // The key keeps a removed button, which someone may be pressing, from becoming the button of the next device.
          ({ id }) => id,
          (device) => this.#row(device),
        )}
      </tbody>
    </table>`;
  }

  #row(device: OperatorDevice): TemplateResult {
    const { id, owner, proof } = device;
    const note = noteOn(device);
    return html`<tr>
      <th scope="row">
        <a href="/operator/people/${owner.id}">${owner.displayName}</a> <span class="muted">${owner.username}</span>
        ${leftBadge(device)}
      </th>
      <td>
        <a href="/operator/devices/${id}">${modelNameOf(device)}</a> ${givenName(device)}<br /><span class="muted"
          >${identityOf(device)}<br />${PROOFS[proof]}</span
        >
      </td>
      <td>
        ${stateBadge(device)} ${expiryLine(device.expiry, null)}
        ${note === null ? nothing : html`<p class="note">${note}</p>`}
      </td>
      <td>${this.#actions.buttons(device)}</td>
    </tr>`;
  }

  async #readModels(): Promise<void> {
    const { models } = await call('GET /api/operator/models');
    this.models = [...models.map((one) => ({ model: one.model, name: modelNameOf(one) })), PHONES];
  }

  readonly #search = ({ detail }: SearchEvent): void => {
    this.#query = detail;
    this.#actions.forget();
    // The search begins with the first page, whatever the previous search showed.
    void this.#problem.during(this.#read((query) => readPages(query)));
  };

  /** Reads the lists again, as far as they are shown. */
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
