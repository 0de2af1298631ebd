import { buttons, theme } from '@cardwright/sdk/elements';
import { LitElement, css, html, nothing, type TemplateResult } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import type { MyDevice, OwnerAction } from '../api.js';
import { formatDate } from '../dates.js';
import { badgeStyles, stateBadge } from '../device-state-badge.js';
import { text } from '../text.js';
import { adviceFor } from './advice.js';
import { passkeyList, passkeyListStyles } from './passkey-list.js';

/** The user wants to do something about a device that is not complete. */
export type OwnerActionEvent = CustomEvent<{ readonly way: OwnerAction; readonly device: MyDevice }>;

/** The user wants an operation to be done on a device. */
export type OperationWantedEvent = CustomEvent<{ readonly kind: string; readonly device: MyDevice }>;

/** The user wants to delete a mobile device. */
export type DeleteMobileEvent = CustomEvent<MyDevice>;

/**
 * One device of the user, with its certificates and passkeys. Fires `owner-action` (see `OwnerActionEvent`), `operation-wanted` (see
 * `OperationWantedEvent`) and `delete-mobile` (see `DeleteMobileEvent`).
 */
@customElement('portal-device-card')
export class DeviceCard extends LitElement {
  static override readonly styles = [
    theme,
    buttons,
    badgeStyles,
    passkeyListStyles,
    css`
      article {
        border: 1px solid var(--line);
        border-radius: calc(var(--radius) + 4px);
        background: var(--surface);
        overflow: hidden;
      }

      :host([added]) article {
        border-color: var(--accent);
        box-shadow: 0 0 0 2px var(--accent);
      }

      .added {
        padding: 2px var(--space-3);
        border-radius: 999px;
        background: var(--accent);
        color: var(--on-accent);
        font-size: 0.875rem;
        font-weight: 600;
      }

      header {
        display: flex;
        flex-wrap: wrap;
        align-items: center;
        gap: var(--space-2) var(--space-3);
        padding: var(--space-4) var(--space-5) 0;
      }

      h2 {
        font-size: 1.125rem;
      }

      .facts {
        display: flex;
        flex-wrap: wrap;
        gap: var(--space-1) var(--space-5);
        padding: var(--space-2) var(--space-5);
      }

      .facts div {
        display: flex;
        gap: var(--space-2);
        min-width: 0;
      }

      dt {
        color: var(--text-muted);
      }

      dd {
        overflow-wrap: anywhere;
      }

      .next {
        display: flex;
        flex-wrap: wrap;
        align-items: center;
        gap: var(--space-3) var(--space-4);
        margin: var(--space-2) var(--space-5) var(--space-4);
        padding: var(--space-3) var(--space-4);
        border-radius: var(--radius);
        background: var(--warn-soft);
      }

      .next.failed {
        background: var(--bad-soft);
      }

      .next .advice {
        flex: 1 1 280px;
      }

      .next .what {
        color: var(--warn);
        font-weight: 600;
      }

      .next.failed .what {
        color: var(--bad);
      }

      footer {
        display: flex;
        flex-wrap: wrap;
        justify-content: flex-end;
        gap: var(--space-2);
        padding: var(--space-3) var(--space-5);
        border-top: 1px solid var(--line);
      }

      .ways {
        display: flex;
        flex-wrap: wrap;
        gap: var(--space-2);
      }

      table {
        width: 100%;
        margin-top: var(--space-2);
        border-collapse: collapse;
        font-size: 0.9375rem;
      }

      th,
      td {
        padding: var(--space-2) var(--space-3);
        border-top: 1px solid var(--line);
        text-align: left;
        vertical-align: top;
      }

      th:first-child,
      td:first-child {
        padding-left: var(--space-5);
      }

      thead th {
        color: var(--text-muted);
        font-weight: 550;
      }

      tbody th {
        font-weight: 550;
      }

      .serial {
        font-family: ui-monospace, 'DejaVu Sans Mono', monospace;
        font-size: 0.8125rem;
        overflow-wrap: anywhere;
      }

      @media (max-width: 640px) {
        header,
        .facts,
        footer {
          padding-inline: var(--space-4);
        }

        .next {
          margin-inline: var(--space-4);
        }

        .facts div {
          display: block;
        }

        .facts dt,
        .facts dd {
          display: inline;
        }

        thead {
          display: none;
        }

        tr {
          display: block;
          padding: var(--space-2) var(--space-4);
          border-top: 1px solid var(--line);
        }

        th,
        td,
        th:first-child,
        td:first-child {
          display: block;
          padding: 2px 0;
          border: 0;
        }
      }
    `,
  ];

  @property({ attribute: false }) accessor device: MyDevice | null = null;
  /** Whether it was added just now. */
  @property({ type: Boolean, reflect: true }) accessor added = false;

  protected override render(): TemplateResult | typeof nothing {
    const { device } = this;
    if (device === null) return nothing;
    return html`<article aria-labelledby="name">
      <header>
        <h2 id="name">${device.modelName}</h2>
        ${stateBadge(device.state)} ${this.added ? html`<span class="added">${text.added}</span>` : nothing}
      </header>
      <dl class="facts">
        ${device.serial === null ? fact(text.id, device.guid) : serialFact(device.serial, device.serialProved)}
        ${device.isPhone ? phoneFacts(device) : cardFacts(device)}
      </dl>
      ${this.#next(device)} ${certificateTable(device)} ${passkeyList(device.passkeys)} ${this.#footer(device)}
    </article>`;
  }

  #footer(device: MyDevice): TemplateResult | typeof nothing {
    const operations = offeredFor(device);
    if (operations.length === 0 && !device.isDeletable) return nothing;
    return html`<footer>
      ${operations.map((kind) => this.#operationButton(device, kind, text.operations[kind] ?? kind, false))}
      ${device.isDeletable ? this.#deleteButton(device) : nothing}
    </footer>`;
  }

  #operationButton(device: MyDevice, kind: string, label: string, isUsual: boolean): TemplateResult {
    const detail = { kind, device };
    const press = (): void =>
      void this.dispatchEvent(
        new CustomEvent('operation-wanted', { detail, bubbles: true, composed: true }) satisfies OperationWantedEvent,
      );
    return html`<button
      type="button"
      class=${isUsual ? 'primary' : ''}
      data-operation=${kind}
      aria-describedby="name"
      aria-haspopup="dialog"
      @click=${press}
    >
      ${label}
    </button>`;
  }

  #deleteButton(detail: MyDevice): TemplateResult {
    const press = (): void =>
      void this.dispatchEvent(
        new CustomEvent('delete-mobile', { detail, bubbles: true, composed: true }) satisfies DeleteMobileEvent,
      );
    return html`<button
      type="button"
      data-action="delete-mobile"
      aria-describedby="name"
      aria-haspopup="dialog"
      @click=${press}
    >
      ${text.deleteMobile.label}
    </button>`;
  }

  #next(device: MyDevice): TemplateResult | typeof nothing {
    const advice = adviceFor(device);
    if (advice === null) return nothing;
    return html`<div class="next ${device.state}">
      <div class="advice">
        <p class="what">${advice.what}</p>
        <p>${advice.todo}</p>
      </div>
      ${this.#ways(device)}
    </div>`;
  }

  #ways(device: MyDevice): TemplateResult | typeof nothing {
    if (isPinToBeSet(device))
      return html`<div class="ways">${this.#operationButton(device, CHANGE_PIN, text.setOwnPin, true)}</div>`;
    if (device.ownerActions.length === 0) return nothing;
    return html`<div class="ways">
      ${device.ownerActions.map((way, index) => this.#button(device, way, index === 0))}
    </div>`;
  }

  #button(device: MyDevice, way: OwnerAction, isUsual: boolean): TemplateResult {
    const detail = { way, device };
    return html`<button
      type="button"
      class=${isUsual ? 'primary' : ''}
      data-action=${way}
      aria-describedby="name"
      @click=${() => this.dispatchEvent(new CustomEvent('owner-action', { detail, bubbles: true, composed: true }) satisfies OwnerActionEvent)}
    >
      ${way === 'continue' ? text.continueIssuance : text.startAgain}
    </button>`;
  }
}

const CHANGE_PIN = 'change-pin';

/** Whether the owner shall set a PIN first of all. */
const isPinToBeSet = ({ state, hasInitialPin, operations }: MyDevice): boolean =>
  state === 'active' && hasInitialPin && operations.includes(CHANGE_PIN);

/** The operations that stand at the foot of a device: all that have words, but for what is asked for above already. */
const offeredFor = (device: MyDevice): string[] =>
  device.operations.filter(
    (kind) => text.operations[kind] !== undefined && !(kind === CHANGE_PIN && isPinToBeSet(device)),
  );

const cardFacts = ({ issuedAt, activatedAt, certificates, proof, managementKey }: MyDevice): TemplateResult =>
  html`${issuedAt === null ? nothing : fact(text.issued, formatDate(issuedAt))}
  ${activatedAt === null ? nothing : fact(text.activated, formatDate(activatedAt))}
  ${certificates.length === 0 ? nothing : fact(text.keys, text.proof[proof])}
  ${managementKey === 'configured' ? fact(text.managementKey, text.managementKeyConfigured) : nothing}`;

const phoneFacts = ({ createdAt, firmware }: MyDevice): TemplateResult =>
  html`${fact(text.mobile.added, formatDate(createdAt))}
  ${firmware === null ? nothing : fact(text.mobile.systemVersion, firmware)}
  ${fact(text.mobile.keys, text.mobile.keysNotConfirmed)}`;

const serialFact = (serial: string, isProved: boolean): TemplateResult =>
  fact(text.serialNumber, isProved ? serial : html`<span class="muted">${text.notProved(serial)}</span>`);

const fact = (name: string, value: string | TemplateResult | null): TemplateResult =>
  html`<div>
    <dt>${name}</dt>
    <dd>${value ?? '–'}</dd>
  </div>`;

function certificateTable({ certificates, isPhone }: MyDevice): TemplateResult | typeof nothing {
  if (certificates.length === 0) return nothing;
  return html`<table>
    <thead>
      <tr>
        <th scope="col">${text.certificate}</th>
        <th scope="col">${text.key}</th>
        <th scope="col">${text.serialNumber}</th>
        <th scope="col">${text.valid}</th>
        <th scope="col">${text.status}</th>
      </tr>
    </thead>
    <tbody>
      ${certificates.map(
        ({ slot, algorithm, serialNumber, notBefore, notAfter, status }) =>
          html`<tr>
            <th scope="row">${text.purposes[slot]} ${isPhone ? nothing : html`<span class="muted">${slot}</span>`}</th>
            <td>${algorithm}</td>
            <td class="serial">${serialNumber}</td>
            <td>${formatDate(notBefore)} – ${formatDate(notAfter)}</td>
            <td>${text.certificateStates[status]}</td>
          </tr>`,
      )}
    </tbody>
  </table>`;
}
