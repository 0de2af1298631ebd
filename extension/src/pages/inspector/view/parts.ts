import { element } from '../../element.js';

/** Small building blocks of the inspector's views. */

/** Returns a list of names with their values, below each other or side by side as the width allows. */
export function facts(...pairs: readonly (readonly [name: string, value: string | Node])[]): HTMLElement {
  const list = element('dl', { class: 'facts-grid' });
  for (const [name, value] of pairs) list.append(element('dt', {}, name), element('dd', {}, value));
  return list;
}

export type Folding = 'open' | 'folded';

/** Creates a part of the detail pane that can be folded. */
export function section(title: string, folding: Folding, ...children: readonly (Node | string)[]): HTMLDetailsElement {
  const made = element('details', { class: 'part' }, element('summary', {}, element('h3', {}, title)), ...children);
  made.open = folding === 'open';
  return made;
}

/**
 * Returns an element whose text is marked as English, because the names and texts of the command table and the catalogue are English.
 */
export const english = (text: string, name: 'p' | 'span' = 'p'): HTMLElement => element(name, { lang: 'en' }, text);

export function button(text: string, onClick: () => void, name = 'tool'): HTMLButtonElement {
  const made = element('button', { type: 'button', class: name }, text);
  made.addEventListener('click', onClick);
  return made;
}

/** Returns an element with a text in lines, to read and copy. */
export const code = (text: string): HTMLElement => element('pre', { class: 'code', tabindex: '0' }, text);
