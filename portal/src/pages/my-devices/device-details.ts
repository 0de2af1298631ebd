import { css, html, nothing, type TemplateResult } from 'lit';
import type { MyDevice } from '../api.js';
import { formatDate } from '../dates.js';
import { text } from '../text.js';

/**
 * Shows, collapsed, the details that an owner needs for the help desk: numbers, keys and certificates. The details stay open or closed when the list
 * is read again.
 */
export const deviceDetails = (device: MyDevice): TemplateResult =>
  html`<details class="details">
    <summary aria-describedby="name">${text.details}</summary>
    <dl class="facts">
      ${device.serial === null ? fact(text.id, device.guid) : serialFact(device.serial, device.serialProved)}
      ${device.isPhone ? phoneFacts(device) : cardFacts(device)}
    </dl>
    ${certificateTable(device)}
  </details>`;

const cardFacts = ({ issuedAt, activatedAt, certificates, proof, managementKey }: MyDevice): TemplateResult =>
  html`${issuedAt === null ? nothing : fact(text.setUp, formatDate(issuedAt))}
  ${activatedAt === null ? nothing : fact(text.activated, formatDate(activatedAt))}
  ${certificates.length === 0 ? nothing : fact(text.keys, text.proof[proof])}
  ${managementKey === 'configured' ? fact(text.managementKey, text.managementKeyConfigured) : nothing}`;

const phoneFacts = ({ createdAt, system }: MyDevice): TemplateResult =>
  html`${fact(text.mobile.added, formatDate(createdAt))}
  ${system === null ? nothing : fact(text.mobile.system, text.mobile.systemOf(system))}
  ${fact(text.mobile.keys, text.mobile.keysNotConfirmed)}`;

const serialFact = (serial: string, isProved: boolean): TemplateResult =>
  fact(text.serialNumber, isProved ? serial : html`<span class="muted">${text.notProved(serial)}</span>`);

const fact = (name: string, value: string | TemplateResult): TemplateResult =>
  html`<div>
    <dt>${name}</dt>
    <dd>${value}</dd>
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

export const deviceDetailsStyles = css`
  .details {
    border-top: 1px solid var(--line);
  }

  .details > summary {
    padding: var(--space-3) var(--space-5);
    border-radius: var(--radius);
    color: var(--text-muted);
    font-weight: 550;
    cursor: pointer;
  }

  .details > summary:focus-visible {
    outline-offset: -3px;
  }

  .facts {
    display: flex;
    flex-wrap: wrap;
    gap: var(--space-1) var(--space-5);
    padding: 0 var(--space-5) var(--space-3);
  }

  .facts div {
    display: flex;
    gap: var(--space-2);
    min-width: 0;
  }

  .facts dt {
    color: var(--text-muted);
  }

  .facts dd {
    overflow-wrap: anywhere;
  }

  table {
    width: 100%;
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

  @container page (max-width: 38rem) {
    .details > summary,
    .facts {
      padding-inline: var(--space-4);
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
`;
