import { contactLinks, type HelpDesk } from '@cardwright/protocol';
import { byId, element } from './element.js';
import { readHelpDesk } from './own-background.js';

/** Shows in `#contact` whom the administrator's policy tells users to ask; without such a policy it stays hidden. */
export async function showContact(): Promise<HelpDesk> {
  const desk = await readHelpDesk();
  const links = contactLinks(desk).map(({ href, label }) => outside(href, label));
  const parts = [...(desk.name === undefined ? [] : [element('strong', {}, desk.name)]), ...links];
  byId('contact-list', HTMLElement).replaceChildren(...parts);
  byId('contact', HTMLElement).hidden = parts.length === 0;
  return desk;
}

/** A link that leaves the extension. */
export const outside = (href: string, label: string): HTMLAnchorElement =>
  element('a', { href, target: '_blank', rel: 'noopener' }, label);
