import { element } from './element.js';

/** Shows an origin in the browser's own serialisation (punycode), with an emphasis on its host name. */
export function showOrigin(line: HTMLElement, origin: string): void {
  const { protocol, host } = new URL(origin);
  line.replaceChildren(element('span', { class: 'quiet' }, `${protocol}//`), element('strong', {}, host));
}
