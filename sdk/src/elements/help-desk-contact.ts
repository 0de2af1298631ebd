import { contactLinks, type HelpDesk } from '@cardwright/protocol/policy';
import { css, html, nothing, type TemplateResult } from 'lit';
import type { Text } from './text.js';

/** Renders the help desk's name and contact. Renders nothing if neither the name nor a contact is known. */
export function helpDeskContact(text: Text, desk: HelpDesk): TemplateResult | typeof nothing {
  const links = contactLinks(desk);
  if (desk.name === undefined && links.length === 0) return nothing;
  return html`<div>
    <dt>${text.contact}</dt>
    <dd class="contact">
      ${desk.name === undefined ? nothing : html`<span>${desk.name}</span>`}
      ${links.map(({ href, label }) => html`<a href=${href} rel="noopener">${label}</a>`)}
    </dd>
  </div>`;
}

export const helpDeskContactStyles = css`
  .contact {
    display: flex;
    flex-wrap: wrap;
    gap: 0 var(--space-3);
    overflow-wrap: anywhere;
  }
`;
