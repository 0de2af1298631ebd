import { NOTHING_TO_DO, isErrorCode, wordsOfCode } from '@cardwright/protocol';
import { chooseText } from '@cardwright/sdk/elements';
import { words as english } from '@cardwright/words/en/administrators';
import { css, html, nothing, type TemplateResult } from 'lit';
import { HELP } from './support.js';
import { explainReason, TECHNICAL_DETAILS } from './event-detail.js';
import { administratorsText, operatorText, withCode } from './operator-text.js';

/** An error of an operation, and the reason that the card management gave for it. */
export interface Failure {
  readonly error: string;
  readonly reason?: string | null;
}

/**
 * Explains an error to an operator by the catalogue: what happened, why, and what an administrator can do. The technical details follow. Shows an
 * unknown code without an explanation.
 */
export function failureEntry({ error: code, reason = null }: Failure): TemplateResult {
  if (!isErrorCode(code)) return html`<div class="failure">${technical(code)}</div>`;
  const { message, cause } = wordsOfCode(code, chooseText().errors);
  return html`<div class="failure">
    <p class="message">${message} <code>${code}</code></p>
    <p>${explainReason(reason) ?? cause}</p>
    ${english[code] === NOTHING_TO_DO ? nothing : html`<p><strong>${operatorText.whatToDo}</strong> ${withCode(administratorsText[code])}</p>`}
    <p><a href="${HELP}#${code}" target="_blank" rel="noopener">${operatorText.troubleshooting(code)}</a></p>
    ${reason === null ? nothing : technical(reason)}
  </div>`;
}

const technical = (detail: string): TemplateResult => html`<p>${TECHNICAL_DETAILS}: <code>${detail}</code></p>`;

/** Returns the message of the error catalogue for a code, in one line. Returns the code itself if it is unknown. */
export const failureLine = (code: string): string =>
  isErrorCode(code) ? wordsOfCode(code, chooseText().errors).message : code;

export const failureStyles = css`
  .failure {
    display: grid;
    gap: var(--space-1);
    margin-block: var(--space-2);
    padding: var(--space-3) var(--space-4);
    border-left: 3px solid var(--bad);
    border-radius: 4px;
    background: var(--bad-soft);
    font-size: 0.9375rem;
  }

  .failure .message {
    color: var(--bad);
    font-weight: 600;
  }

  .failure code {
    font-weight: 400;
    overflow-wrap: anywhere;
  }

  .failure a {
    color: inherit;
  }
`;
