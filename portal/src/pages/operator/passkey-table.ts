import { html, nothing, type TemplateResult } from 'lit';
import type { OperatorPasskey } from '../api.js';
import { formatTime } from '../dates.js';
import { operatorText } from '../operator-text.js';

const { columns, passkeys: texts } = operatorText;

/** Ways in which a passkey was created, in the operators' words. */
export const WAYS: Readonly<Record<OperatorPasskey['way'], string>> = operatorText.passkeys.ways;

/** Shows the passkeys of a device, except those that their services have removed. */
export const passkeyTable = (passkeys: readonly OperatorPasskey[]): TemplateResult | typeof nothing =>
  passkeys.length === 0
    ? nothing
    : html`<h2>${texts.title}</h2>
        <table class="passkeys">
          <thead>
            <tr>
              <th scope="col">${columns.service}</th>
              <th scope="col">${columns.passkey}</th>
              <th scope="col">${columns.authenticator}</th>
              <th scope="col">${columns.created}</th>
              <th scope="col">${columns.state}</th>
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
      ${passkey.attested ? texts.attested : texts.notAttested}
      <span class="muted second aaguid">AAGUID ${passkey.aaguid}</span>
      <span class="second ${passkey.place === 'proved' ? '' : 'warning'}"
        >${passkey.place === 'proved' ? texts.proved : texts.notProved}</span
      >
    </td>
    <td>${formatTime(passkey.createdAt)} <span class="muted second">${WAYS[passkey.way]}</span></td>
    <td>${stateOf(passkey)}</td>
  </tr>`;

const stateOf = ({ removalDueAt, lastUsedAt }: OperatorPasskey): TemplateResult => {
  if (removalDueAt !== null)
    return html`<span class="warning">${texts.removalDue}</span>
      <span class="muted second">${texts.since(formatTime(removalDueAt))}</span>`;
  return lastUsedAt === null
    ? html`${texts.registered}`
    : html`${texts.registered} <span class="muted second">${texts.lastUsed(formatTime(lastUsedAt))}</span>`;
};
