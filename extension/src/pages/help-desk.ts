import { contactLinks, type HelpDesk } from '@cardwright/protocol/policy';
import { helpDeskOfPolicy } from '../policy/policy-in-force.js';
import { byId, element } from './element.js';

/**
 * Shows the help desk of the administrator's policy in the element `#contact`. Hides the element if policy names no help desk. Returns the
 * help desk.
 */
export async function showContact(): Promise<HelpDesk> {
  const desk = await helpDeskOfPolicy();
  const links = contactLinks(desk).map(({ href, label }) => outside(href, label));
  const parts = [...(desk.name === undefined ? [] : [element('strong', {}, desk.name)]), ...links];
  byId('contact-list', HTMLElement).replaceChildren(...parts);
  byId('contact', HTMLElement).hidden = parts.length === 0;
  return desk;
}

/** Creates a link to an address outside the extension. */
export const outside = (href: string, label: string): HTMLAnchorElement =>
  element('a', { href, target: '_blank', rel: 'noopener' }, label);
