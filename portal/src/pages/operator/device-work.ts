import { css, html, nothing, type TemplateResult } from 'lit';
import type { OperatorDevice } from '../api.js';
import { formatDate } from '../dates.js';
import { operatorText } from '../operator-text.js';

/** Work that waits for the owner of a device. */
export type Work = OperatorDevice['work'][number];

const { work: words, quoted } = operatorText;

/** Lists the work that waits for the owner of a device, with a button for what this operator asked for. */
export function workList(
  { work, ownWork }: OperatorDevice,
  takeBack: (work: Work) => void,
): TemplateResult | typeof nothing {
  if (work.length === 0) return nothing;
  return html`<h2 id="work">${words.title}</h2>
    <ol class="work" aria-labelledby="work">
      ${work.map(
        (one) =>
          html`<li>
            <p class="kind" id="work-${one.id}">${words.kinds[one.kind]}</p>
            ${one.reason === null ? nothing : html`<p>${quoted(one.reason)}</p>`}
            <p class="muted">
              ${words.asked(one.askedBy, formatDate(one.askedAt), formatDate(one.expiresAt))}
              ${one.isStarted ? words.started : nothing}
            </p>
            ${
              ownWork.includes(one.id)
                ? html`<button
                    type="button"
                    data-action="take-back"
                    aria-describedby="work-${one.id}"
                    @click=${() => takeBack(one)}
                  >
                    ${words.takeBack}
                  </button>`
                : nothing
            }
          </li>`,
      )}
    </ol>`;
}

export const workStyles = css`
  .work {
    display: grid;
    gap: var(--space-3);
    padding-left: var(--space-5);
    overflow-wrap: anywhere;
  }

  .work .kind {
    font-weight: 600;
  }

  .work button {
    margin-top: var(--space-2);
  }
`;
