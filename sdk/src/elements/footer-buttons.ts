import { html, type TemplateResult } from 'lit';

/** The buttons at the bottom of a dialog. The `primary` one is the intended next action. */
export const secondary = (id: string, label: string, onClick: () => unknown, isDisabled = false): TemplateResult =>
  html`<button type="button" slot="footer" id=${id} ?disabled=${isDisabled} @click=${onClick}>${label}</button>`;

export const primary = (id: string, label: string, onClick: () => unknown, isDisabled = false): TemplateResult =>
  html`<button type="button" slot="footer" class="primary" id=${id} ?disabled=${isDisabled} @click=${onClick}>
    ${label}
  </button>`;
