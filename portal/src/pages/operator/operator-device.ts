import { buttons, theme } from '@cardwright/sdk/elements';
import { LitElement, css, html, nothing, type TemplateResult } from 'lit';
import { customElement, state } from 'lit/decorators.js';
import { DEVICE_SECTIONS } from '../../features/pages.js';
import { call, type AuditRow, type DevicePageContent, type OperationTimeline, type User } from '../api.js';
import { formatTime } from '../dates.js';
import { badgeStyles, stateBadge } from '../device-state-badge.js';
import { dottedLine, dottedLineStyles } from '../dotted-line.js';
import { PageProblem, problemStyles } from '../page-problem.js';
import '../shell.js';
import { requireLogin } from '../shell.js';
import { firstPageOf, may } from '../rights.js';
import { certificateTable } from './certificate-table.js';
import { DeviceActions } from './device-actions.js';
import {
  PROOFS,
  givenName,
  givenNameStyles,
  identityOf,
  leftBadge,
  nameOf,
  noteOn,
  versionOf,
} from './device-facts.js';
import { workList, workStyles } from './device-work.js';
import { saidOf, saidStyles, TECHNICAL_DETAILS, technicalCell } from '../event-detail.js';
import { eventWords } from './event-words.js';
import './operation-timeline.js';
import { passkeyTable } from './passkey-table.js';
import { tables } from '../table-styles.js';
import { operatorText } from '../operator-text.js';

const { columns, page } = operatorText;

/** An operator's page of one device with its latest operations, or of one operation, which need not have a device. */
@customElement('portal-operator-device')
export class OperatorDevicePage extends LitElement {
  static override readonly styles = [
    theme,
    buttons,
    badgeStyles,
    givenNameStyles,
    dottedLineStyles,
    tables,
    saidStyles,
    workStyles,
    problemStyles,
    css`
      nav {
        margin-bottom: var(--space-3);
      }

      h1 {
        font-size: 1.6rem;
      }

      h2 {
        margin-block: var(--space-6) var(--space-3);
        font-size: 1.25rem;
      }

      .title {
        display: flex;
        flex-wrap: wrap;
        align-items: center;
        gap: var(--space-2) var(--space-3);
      }

      .facts {
        margin-top: var(--space-1);
        overflow-wrap: anywhere;
      }

      .note {
        margin-top: var(--space-2);
        color: var(--warn);
      }

      .do {
        margin-top: var(--space-3);
      }

      #outcome {
        margin-top: var(--space-3);
      }

      #outcome.refused {
        color: var(--warn);
      }

      .second {
        display: block;
        font-weight: 400;
      }

      .aaguid {
        overflow-wrap: anywhere;
      }

      .warning {
        color: var(--warn);
      }

      portal-operation-timeline {
        display: block;
        margin-bottom: var(--space-4);
      }
    `,
  ];

  @state() private accessor user: User | null = null;
  @state() private accessor page: DevicePageContent | null = null;
  @state() private accessor operation: OperationTimeline | null = null;
  readonly #problem = new PageProblem(this);
  readonly #actions = new DeviceActions(this, this.#problem, () => this.#readAgain());

  override connectedCallback(): void {
    super.connectedCallback();
    void this.#problem.during(this.#load());
  }

  protected override render(): TemplateResult | typeof nothing {
    if (this.user === null) return this.#problem.renderAlone(page.device);
    return html`<portal-shell .user=${this.user}>
      <nav aria-label=${page.back}><a href="/operator">${page.allDevices}</a></nav>
      ${this.#problem.render()}
      ${this.page === null && this.operation === null ? html`<h1 class="visually-hidden">${page.device}</h1>` : nothing}
      ${this.page === null ? nothing : this.#device(this.page)}
      ${this.operation === null ? nothing : this.#alone(this.operation)}
    </portal-shell>`;
  }

  #device({ device, passkeys, operations, hasMore, history }: DevicePageContent): TemplateResult {
    const note = noteOn(device);
    const facts = [identityOf(device), PROOFS[device.proof], versionOf(device)].filter((fact) => fact !== null);
    // A mobile device does not use the extension, so it usually has no operations.
    const isPhoneAlone = device.isPhone && operations.length === 0;
    return html`<div class="title">
        <h1>${nameOf(device)}</h1>
        ${givenName(device)} ${stateBadge(device)}
      </div>
      <p class="muted facts">${dottedLine(facts)}</p>
      <p class="facts">
        ${columns.owner}: <a href="/operator/people/${device.owner.id}">${device.owner.displayName}</a>
        ${leftBadge(device)}
      </p>
      ${note === null ? nothing : html`<p class="note">${note}</p>`}
      <div class="do">${this.#actions.buttons(device)}</div>
      ${this.#actions.outcome()} ${workList(device, (work) => this.#actions.takeBack(device, work))}
      ${certificateTable(device)} ${passkeyTable(passkeys)}
      ${isPhoneAlone ? nothing : operationList(operations, hasMore)}
      ${history.length === 0 ? nothing : historyTable(isPhoneAlone ? page.whatHappened : page.besidesOperations, history)}
      ${DEVICE_SECTIONS.filter(({ right }) => may(right)).map(({ render }) => render(device))}
      ${this.#actions.dialogs()}`;
  }

  #alone(operation: OperationTimeline): TemplateResult {
    const { deviceId, id } = operation;
    return html`<h1>${page.operation}</h1>
      <p class="facts muted">
        ${
          deviceId === null
            ? page.noDevice
            : html`<a href="/operator/devices/${deviceId}#${id}">${page.toItsDevice}</a>`
        }
      </p>
      <h2>${page.whatHappened}</h2>
      <portal-operation-timeline .operation=${operation}></portal-operation-timeline>`;
  }

  async #load(): Promise<void> {
    const { user } = await requireLogin();
    if (user === null) return;
    if (!may('see-devices')) {
      location.assign(firstPageOf(user));
      return;
    }
    this.user = user;
    const [, , kind, id = ''] = location.pathname.split('/');
    if (kind === 'operations')
      this.operation = (await call('GET /api/operator/operations/{id}', { parameters: { id } })).operation;
    else await this.#readAgain(id);
    await this.updateComplete;
    this.#showNamed();
  }

  async #readAgain(id = this.page?.device.id ?? ''): Promise<void> {
    this.page = await call('GET /api/operator/devices/{id}', { parameters: { id } });
  }

  /** Moves to the operation whose id follows `#` in the address, as in the links of the audit log. */
  #showNamed(): void {
    const named = location.hash.slice(1);
    const timelines = [...this.renderRoot.querySelectorAll('portal-operation-timeline')];
    void timelines.find(({ id }) => id !== '' && id === named)?.reveal();
  }
}

const operationList = (operations: DevicePageContent['operations'], hasMore: boolean): TemplateResult =>
  html`<h2>${page.operations}</h2>
    ${
      operations.length === 0
        ? html`<p class="muted">${operatorText.none}</p>`
        : operations.map(
            (operation) =>
              html`<portal-operation-timeline id=${operation.id} .operation=${operation}></portal-operation-timeline>`,
          )
    }
    ${hasMore ? html`<p class="muted">${page.olderOperations}</p>` : nothing}`;

/** Shows the events on the device that belong to no operation, such as the actions of operators. */
const historyTable = (title: string, history: readonly AuditRow[]): TemplateResult =>
  html`<h2>${title}</h2>
    <table>
      <thead>
        <tr>
          <th scope="col">${columns.time}</th>
          <th scope="col">${columns.who}</th>
          <th scope="col">${columns.what}</th>
          <th scope="col">${TECHNICAL_DETAILS}</th>
        </tr>
      </thead>
      <tbody>
        ${history.map(
          (entry) =>
            html`<tr>
              <td>${formatTime(entry.at)}</td>
              <th scope="row">${entry.actor}</th>
              <td>
                ${eventWords(entry.event)}${entry.outcome === 'failed' ? ` ${operatorText.failed}` : nothing}
                ${saidOf(entry)}
              </td>
              ${technicalCell(entry)}
            </tr>`,
        )}
      </tbody>
    </table>`;
