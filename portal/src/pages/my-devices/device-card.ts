import type { Slot } from '@cardwright/protocol';
import { theme } from '@cardwright/sdk';
import { LitElement, css, html, nothing, type TemplateResult } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import type { DeviceDescription } from '../api.js';
import { formatDate } from '../dates.js';
import { badgeStyles, stateBadge } from '../device-state-badge.js';

/** What the key of each slot is for (SP 800-73-4 Part 1, 3.3), in the user's words. */
export const PURPOSES: Readonly<Record<Slot, string>> = {
  '9A': 'Authentication',
  '9C': 'Digital signature',
  '9D': 'Key management',
  '9E': 'Card authentication',
};

const CERTIFICATE_STATES = { good: 'Valid', 'on-hold': 'On hold', revoked: 'Revoked', expired: 'Expired' } as const;

/** What the user does about a device that is not active. */
const NEXT: Partial<Readonly<Record<DeviceDescription['state'], string>>> = {
  pending: 'The PIN was not changed. An operator can activate the device; until then it can not be used.',
  producing: 'The issuance was interrupted. Connect the device and press Add Device to go on.',
  failed: 'The issuance failed. Connect the device and press Add Device to go on or to start again.',
  suspended: 'An operator suspended the device; until it is resumed it can not be used.',
};

/** One device of the user, with its certificates. */
@customElement('portal-device-card')
export class DeviceCard extends LitElement {
  static override readonly styles = [
    theme,
    badgeStyles,
    css`
      article {
        border: 1px solid var(--line);
        border-radius: calc(var(--radius) + 4px);
        background: var(--surface);
        overflow: hidden;
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

      .facts,
      .next {
        padding: var(--space-2) var(--space-5);
      }

      .facts {
        display: flex;
        flex-wrap: wrap;
        gap: var(--space-1) var(--space-5);
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
        margin: var(--space-2) var(--space-5);
        padding: var(--space-2) var(--space-3);
        border-radius: var(--radius);
        background: var(--warn-soft);
        color: var(--warn);
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

  @property({ attribute: false }) accessor device: DeviceDescription | null = null;

  protected override render(): TemplateResult | typeof nothing {
    const { device } = this;
    if (device === null) return nothing;
    const next = NEXT[device.state];
    return html`<article aria-labelledby="name">
      <header>
        <h2 id="name">${device.modelName}</h2>
        ${stateBadge(device.state)}
      </header>
      <dl class="facts">
        ${device.serial === null ? fact('Id', device.guid) : fact('Serial', device.serial)}
        ${device.issuedAt === null ? nothing : fact('Issued', formatDate(device.issuedAt))}
        ${device.activatedAt === null ? nothing : fact('Activated', formatDate(device.activatedAt))}
        ${fact('Keys', device.proof === 'attested' ? 'proved to be on the device' : 'not proved')}
        ${
          device.managementKey === 'configured'
            ? fact('Management key', 'the one configured for this model; the card can not change it')
            : nothing
        }
      </dl>
      ${next === undefined ? nothing : html`<p class="next">${next}</p>`} ${certificateTable(device)}
    </article>`;
  }
}

const fact = (name: string, value: string | null): TemplateResult =>
  html`<div>
    <dt>${name}</dt>
    <dd>${value ?? '–'}</dd>
  </div>`;

function certificateTable({ certificates }: DeviceDescription): TemplateResult | typeof nothing {
  if (certificates.length === 0) return nothing;
  return html`<table>
    <thead>
      <tr>
        <th scope="col">Certificate</th>
        <th scope="col">Key</th>
        <th scope="col">Serial number</th>
        <th scope="col">Valid</th>
        <th scope="col">Status</th>
      </tr>
    </thead>
    <tbody>
      ${certificates.map(
        ({ slot, algorithm, serialNumber, notBefore, notAfter, status }) =>
          html`<tr>
            <th scope="row">${PURPOSES[slot]} <span class="muted">${slot}</span></th>
            <td>${algorithm}</td>
            <td class="serial">${serialNumber}</td>
            <td>${formatDate(notBefore)} – ${formatDate(notAfter)}</td>
            <td>${CERTIFICATE_STATES[status]}</td>
          </tr>`,
      )}
    </tbody>
  </table>`;
}
