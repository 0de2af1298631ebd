import { contactLinks } from '@cardwright/protocol/policy';
import { css, html, type TemplateResult } from 'lit';
import { HELP_DESK } from './support.js';

/** Shows the help desk's name and contact in one line; null if the portal has none. */
export function helpDeskContact(): TemplateResult | null {
  const { name } = HELP_DESK;
  const links = contactLinks(HELP_DESK).map(({ href, label }) => html`<a href=${href} rel="noopener">${label}</a>`);
  const parts = name === undefined ? links : [html`${name}`, ...links];
  if (parts.length === 0) return null;
  const last = parts.length - 1;
  return html`<span class="contact"
    >${parts.map((part, index) => html`<span>${part}${index === last ? '' : ' ·'}</span> `)}</span
  >`;
}

export const helpDeskContactStyles = css`
  .contact {
    overflow-wrap: anywhere;
  }

  /* Lines break after a dot, and inside a part only if the part is longer than the line. */
  .contact > span {
    display: inline-block;
    max-width: 100%;
  }

  .contact a {
    color: inherit;
  }
`;
