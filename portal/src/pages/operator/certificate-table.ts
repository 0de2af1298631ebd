import { html, nothing, type TemplateResult } from 'lit';
import type { OperatorDevice } from '../api.js';
import { formatDate } from '../dates.js';
import { text } from '../text.js';

/** The certificates of a device, the newest of each slot. */
export const certificateTable = ({ certificates, isPhone }: OperatorDevice): TemplateResult | typeof nothing =>
  certificates.length === 0
    ? nothing
    : html`<h2>Certificates</h2>
        <table class="certificates">
          <thead>
            <tr>
              <th scope="col">Purpose</th>
              <th scope="col">Key</th>
              <th scope="col">Serial number</th>
              <th scope="col">Valid</th>
              <th scope="col">State</th>
            </tr>
          </thead>
          <tbody>
            ${certificates.map(
              ({ slot, algorithm, proof, serialNumber, notBefore, notAfter, status }) =>
                html`<tr>
                  <th scope="row">
                    ${text.purposes[slot]} ${isPhone ? nothing : html`<span class="muted">${slot}</span>`}
                  </th>
                  <td>${algorithm} <span class="muted second">${PROOFS[proof]}</span></td>
                  <td class="aaguid">${serialNumber}</td>
                  <td>${formatDate(notBefore)} – ${formatDate(notAfter)}</td>
                  <td>${text.certificateStates[status]}</td>
                </tr>`,
            )}
          </tbody>
        </table>`;

const PROOFS: Readonly<Record<OperatorDevice['certificates'][number]['proof'], string>> = {
  attested: 'Created on the device: proved',
  'not-proved': 'Created on the device: not proved',
};
