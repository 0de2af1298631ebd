import { css, html, type TemplateResult } from 'lit';
import type { TrustChange } from '../api.js';
import { operatorText } from '../operator-text.js';

const { trust } = operatorText.policies;

/** Lists the effects of a change of trust, each with the values before and after the change. */
export const trustChangeList = (changes: readonly TrustChange[]): TemplateResult =>
  html`<dl class="changes">
    ${changes.map(
      ({ what, before, after }) =>
        html`<div>
          <dt>${what}</dt>
          <dd><span class="visually-hidden">${trust.before} </span><del>${before}</del></dd>
          <dd><span class="visually-hidden">${trust.after} </span><ins>${after}</ins></dd>
        </div>`,
    )}
  </dl>`;

export const trustChangeStyles = css`
  .changes {
    display: grid;
    gap: var(--space-3);
    margin: 0;
    overflow-wrap: anywhere;
  }

  .changes dt {
    font-weight: 600;
  }

  .changes dd {
    margin: 0;
  }

  .changes del {
    color: var(--text-muted);
  }

  .changes ins {
    text-decoration: none;
  }
`;
