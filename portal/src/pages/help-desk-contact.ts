import { contactLinks } from '@cardwright/protocol/policy';
import { css, html, type TemplateResult } from 'lit';
import { dottedLine, dottedLineStyles } from './dotted-line.js';
import { HELP_DESK } from './support.js';

/** Shows the help desk's name and contact in one line. Returns null if neither is configured. */
export function helpDeskContact(): TemplateResult | null {
  const { name } = HELP_DESK;
  const links = contactLinks(HELP_DESK).map(({ href, label }) => html`<a href=${href} rel="noopener">${label}</a>`);
  const parts = name === undefined ? links : [html`${name}`, ...links];
  return parts.length === 0 ? null : html`<span class="contact">${dottedLine(parts)}</span>`;
}

export const helpDeskContactStyles = [
  dottedLineStyles,
  css`
    .contact a {
      color: inherit;
    }
  `,
];
