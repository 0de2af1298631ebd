import { html, nothing, type TemplateResult } from 'lit';
import type { OperatorDevice } from '../api.js';
import { formatDate } from '../dates.js';
import { text } from '../text.js';
import { operatorText } from '../operator-text.js';

/** Shows the certificates of a device: for each slot, the newest certificate that was not superseded. */
export const certificateTable = ({ certificates, isPhone }: OperatorDevice): TemplateResult | typeof nothing =>
  certificates.length === 0
    ? nothing
    : html`<h2>${operatorText.certificates}</h2>
        <table class="certificates">
          <thead>
            <tr>
              <th scope="col">${operatorText.columns.purpose}</th>
              <th scope="col">${operatorText.columns.key}</th>
              <th scope="col">${operatorText.columns.serialNumber}</th>
              <th scope="col">${operatorText.columns.valid}</th>
              <th scope="col">${operatorText.columns.state}</th>
            </tr>
          </thead>
          <tbody>
            ${certificates.map(
              ({ slot, algorithm, proof, serialNumber, notBefore, notAfter, status }) =>
                html`<tr>
                  <th scope="row">
                    ${text.purposes[slot]} ${isPhone ? nothing : html`<span class="muted">${slot}</span>`}
                  </th>
                  <td>${algorithm} <span class="muted second">${operatorText.keyProofs[proof]}</span></td>
                  <td class="aaguid">${serialNumber}</td>
                  <td>${formatDate(notBefore)} – ${formatDate(notAfter)}</td>
                  <td>${text.certificateStates[status]}</td>
                </tr>`,
            )}
          </tbody>
        </table>`;
