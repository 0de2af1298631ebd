import { element } from './element.js';

/** Shows an origin so that its host name cannot be overlooked, in the browser's own serialisation (punycode). */
export function showOrigin(line: HTMLElement, origin: string): void {
  const { protocol, host } = new URL(origin);
  line.replaceChildren(element('span', { class: 'quiet' }, `${protocol}//`), element('strong', {}, host));
}
