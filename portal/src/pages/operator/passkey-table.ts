import { html, nothing, type TemplateResult } from 'lit';
import type { OperatorPasskey } from '../api.js';
import { formatTime } from '../dates.js';

/** How a passkey came to be, as operators read it. */
export const WAYS: Readonly<Record<OperatorPasskey['way'], string>> = {
  host: 'By the host',
  page: 'By the browser, in the portal’s page',
  window: 'By the browser, in a window of the service',
};

/** The passkeys of a device that its services still have. */
export const passkeyTable = (passkeys: readonly OperatorPasskey[]): TemplateResult | typeof nothing =>
  passkeys.length === 0
    ? nothing
    : html`<h2>Passkeys</h2>
        <table class="passkeys">
          <thead>
            <tr>
              <th scope="col">Service</th>
              <th scope="col">Passkey</th>
              <th scope="col">Authenticator</th>
              <th scope="col">Created</th>
              <th scope="col">State</th>
            </tr>
          </thead>
          <tbody>
            ${passkeys.map(row)}
          </tbody>
        </table>`;

const row = (passkey: OperatorPasskey): TemplateResult =>
  html`<tr>
    <th scope="row">${passkey.title} <span class="muted second">${passkey.rpId}</span></th>
    <td>${passkey.name}</td>
    <td>
      ${passkey.attested ? 'Attested by its manufacturer' : 'Not attested'}
      <span class="muted second aaguid">AAGUID ${passkey.aaguid}</span>
      <span class="second ${passkey.place === 'proved' ? '' : 'warning'}"
        >${passkey.place === 'proved' ? 'Proved to be on this device' : 'Not proved to be on this device'}</span
      >
    </td>
    <td>${formatTime(passkey.createdAt)} <span class="muted second">${WAYS[passkey.way]}</span></td>
    <td>${stateOf(passkey)}</td>
  </tr>`;

const stateOf = ({ removalDueAt, lastUsedAt }: OperatorPasskey): TemplateResult => {
  if (removalDueAt !== null)
    return html`<span class="warning">To be removed at its service</span>
      <span class="muted second">since ${formatTime(removalDueAt)}</span>`;
  return lastUsedAt === null
    ? html`Registered`
    : html`Registered <span class="muted second">last used ${formatTime(lastUsedAt)}</span>`;
};
