type Attributes = Readonly<Record<string, string>>;

/** Creates an element. Texts in it are added as text, never as markup, because many texts come from a site. */
export function element<K extends keyof HTMLElementTagNameMap>(
  name: K,
  attributes: Attributes = {},
  ...children: (Node | string)[]
): HTMLElementTagNameMap[K] {
  const made = document.createElement(name);
  for (const [attribute, value] of Object.entries(attributes)) made.setAttribute(attribute, value);
  made.append(...children);
  return made;
}

/**
 * Returns an element of the page's own markup.
 *
 * @throws Error if the page has no element of this id and type
 */
export function byId<T extends HTMLElement>(id: string, type: new () => T): T {
  const found = document.getElementById(id);
  if (!(found instanceof type)) throw new Error(`the page has no ${id}`);
  return found;
}

/** Creates an icon that style.css draws. The icon only repeats the text beside it, so screen readers skip the icon. */
export const icon = (name: string): HTMLElement => element('span', { class: `icon ${name}`, 'aria-hidden': 'true' });
