type Attributes = Readonly<Record<string, string>>;

/** Makes an element. Texts become text, never markup: many of them come from a site. */
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

/** Finds what the page's own markup has. */
export function byId<T extends HTMLElement>(id: string, type: new () => T): T {
  const found = document.getElementById(id);
  if (!(found instanceof type)) throw new Error(`the page has no ${id}`);
  return found;
}

/** A drawing of style.css; it says nothing that the text beside it does not say. */
export const icon = (name: string): HTMLElement => element('span', { class: `icon ${name}`, 'aria-hidden': 'true' });
