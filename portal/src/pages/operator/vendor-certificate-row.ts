import { css, html, type nothing, type TemplateResult } from 'lit';
import type { InspectedCertificate } from '../api.js';
import { operatorText } from '../operator-text.js';

const { vendors: texts } = operatorText.policies;

/** Shows one certificate of a vendor: its name, its fingerprint, and a note or an action. */
export const certificateRow = (
  { name, role, fingerprint, known }: InspectedCertificate,
  more: TemplateResult | typeof nothing,
): TemplateResult =>
  html`<li>
    <div>
      <strong>${name}</strong>
      <span class="muted">${texts.roles[role]}, ${known ? texts.known : texts.notKnown}</span>
      ${fingerprint === '' ? '' : html`<code title=${texts.fingerprint}>${inGroups(fingerprint)}</code>`}
    </div>
    ${more}
  </li>`;

/** Splits a fingerprint into groups of eight characters, so that two people can compare it and lines can break. */
const inGroups = (fingerprint: string): string => fingerprint.match(/.{1,8}/g)?.join(' ') ?? '';

export const certificateStyles = css`
  ul {
    display: grid;
    gap: var(--space-3);
    list-style: none;
  }

  li {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    justify-content: space-between;
    gap: var(--space-2) var(--space-4);
    padding: var(--space-3);
    border: 1px solid var(--line);
    border-radius: var(--radius);
  }

  li > div {
    flex: 1 1 280px;
    min-width: 0;
  }

  li > span {
    flex: 0 1 280px;
  }

  code {
    display: block;
    margin-top: var(--space-1);
    font-family: ui-monospace, 'DejaVu Sans Mono', monospace;
    font-size: 0.8125rem;
    overflow-wrap: anywhere;
  }
`;
