import { element } from '../../element.js';

/** Small parts that the inspector's views are made of. */

/** A name and what it is, below each other or side by side as the width allows. */
export function facts(...pairs: readonly (readonly [name: string, value: string | Node])[]): HTMLElement {
  const list = element('dl', { class: 'facts-grid' });
  for (const [name, value] of pairs) list.append(element('dt', {}, name), element('dd', {}, value));
  return list;
}

/** A part of the detail pane that can be folded. */
export function section(title: string, isOpen: boolean, ...children: readonly (Node | string)[]): HTMLDetailsElement {
  const made = element('details', { class: 'part' }, element('summary', {}, element('h3', {}, title)), ...children);
  made.open = isOpen;
  return made;
}

/** A text that is not in the browser's language: names and texts of the catalogue are English. */
export const english = (text: string, name: 'p' | 'span' = 'p'): HTMLElement => element(name, { lang: 'en' }, text);

export function button(text: string, onClick: () => void, name = 'tool'): HTMLButtonElement {
  const made = element('button', { type: 'button', class: name }, text);
  made.addEventListener('click', onClick);
  return made;
}

/** A text to read and copy, in lines. */
export const code = (text: string): HTMLElement => element('pre', { class: 'code', tabindex: '0' }, text);
