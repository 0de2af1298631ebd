import { html, type TemplateResult } from 'lit';

/** Returns a button for the bottom of a dialog. The intended next action is a `primary` button, any other action a `secondary` button. */
export const secondary = (id: string, label: string, onClick: () => unknown, isDisabled = false): TemplateResult =>
  html`<button type="button" slot="footer" id=${id} ?disabled=${isDisabled} @click=${onClick}>${label}</button>`;

export const primary = (id: string, label: string, onClick: () => unknown, isDisabled = false): TemplateResult =>
  html`<button type="button" slot="footer" class="primary" id=${id} ?disabled=${isDisabled} @click=${onClick}>
    ${label}
  </button>`;
