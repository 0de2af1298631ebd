import { css, html, nothing, type TemplateResult } from 'lit';
import type { MyDevice } from '../api.js';
import { formatDate } from '../dates.js';
import { text } from '../text.js';

type MyPasskey = MyDevice['passkeys'][number];

export const passkeyListStyles = css`
  .passkeys {
    padding: var(--space-3) var(--space-5);
    border-top: 1px solid var(--line);
  }

  .passkeys h3 {
    margin-bottom: var(--space-1);
    color: var(--text-muted);
    font-size: 0.9375rem;
    font-weight: 550;
  }

  .passkeys ul {
    list-style: none;
  }

  .passkeys li {
    display: flex;
    flex-wrap: wrap;
    align-items: start;
    justify-content: space-between;
    gap: var(--space-1) var(--space-3);
  }

  .passkeys li details {
    flex: 1 1 12rem;
  }

  .passkeys li button {
    min-height: 0;
    padding: var(--space-1) var(--space-2);
    border-color: transparent;
    background: transparent;
    color: var(--accent);
    font-size: 0.9375rem;
  }

  .passkeys .since {
    color: var(--text-muted);
    font-weight: 400;
  }

  .passkeys summary {
    padding: var(--space-1) 0;
    border-radius: var(--radius);
    cursor: pointer;
    font-weight: 550;
  }

  .not-proved {
    display: inline-block;
    margin-left: var(--space-2);
    padding: 0 var(--space-2);
    border-radius: var(--radius);
    background: var(--warn-soft);
    color: var(--warn);
    font-size: 0.875rem;
    font-weight: 550;
  }

  .about {
    display: grid;
    gap: var(--space-1);
    padding: 0 0 var(--space-2) var(--space-4);
  }

  .about dl {
    display: grid;
    grid-template-columns: max-content minmax(0, 1fr);
    gap: 2px var(--space-3);
  }

  @container page (max-width: 38rem) {
    .passkeys {
      padding-inline: var(--space-4);
    }

    .not-proved {
      margin-left: 0;
    }

    .about dl {
      grid-template-columns: minmax(0, 1fr);
    }

    .about dd + dt {
      margin-top: var(--space-1);
    }
  }
`;

/**
 * Lists the passkeys of a device. The line of each passkey names its service and the day since when the device has it, and can be opened to show
 * details.
 *
 * @param remove called with the passkey that the user wants to remove; null if the user can remove none
 */
export const passkeyList = (
  passkeys: readonly MyPasskey[],
  remove: ((passkey: MyPasskey) => void) | null,
): TemplateResult | typeof nothing =>
  passkeys.length === 0
    ? nothing
    : html`<div class="passkeys">
        <h3>${text.passkeys}</h3>
        <ul>
          ${passkeys.map(
            (passkey) => html`<li>${entry(passkey)} ${remove === null ? nothing : removeButton(passkey, remove)}</li>`,
          )}
        </ul>
      </div>`;

const removeButton = (passkey: MyPasskey, remove: (passkey: MyPasskey) => void): TemplateResult =>
  html`<button
    type="button"
    data-action="remove-passkey"
    aria-label=${text.removePasskey.labelFor(passkey.title)}
    aria-haspopup="dialog"
    @click=${() => remove(passkey)}
  >
    ${text.removePasskey.label}
  </button>`;

function entry({ title, name, place, createdAt, lastUsedAt }: MyPasskey): TemplateResult {
  const isProved = place === 'proved';
  return html`<details>
    <summary>
      ${title}
      <span class="since">${text.since(formatDate(createdAt))}</span
      >${isProved ? nothing : html` <span class="not-proved">${text.notOnDevice.label}</span>`}
    </summary>
    <div class="about">
      <dl>
        <dt>${text.passkeyName}</dt>
        <dd>${name}</dd>
        <dt>${text.created}</dt>
        <dd>${formatDate(createdAt)}</dd>
        ${
          lastUsedAt === null
            ? nothing
            : html`<dt>${text.lastUsed}</dt>
                <dd>${formatDate(lastUsedAt)}</dd>`
        }
      </dl>
      ${isProved ? nothing : html`<p class="muted">${text.notOnDevice.explanation}</p>`}
    </div>
  </details>`;
}
