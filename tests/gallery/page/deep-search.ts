/**
 * Finds elements by a selector as a driver's: each `>>>` looks into the shadow trees below what was found so far, as in `>>> #next` or
 * `>>> cardwright-dialog >>> h1`.
 */
export function findDeep(selector: string): Element[] {
  const [first = '', ...deeper] = selector.split('>>>').map((part) => part.trim());
  let found: ParentNode[] = first === '' ? [document] : [...document.querySelectorAll(first)];
  for (const part of deeper)
    found = unique(found.flatMap(treesBelow).flatMap((tree) => [...tree.querySelectorAll(part)]));
  return found.filter((one) => one instanceof Element);
}

/** Lists a node and all shadow trees below it. */
function treesBelow(node: ParentNode): ParentNode[] {
  const hosts = [...(node instanceof Element ? [node] : []), ...node.querySelectorAll('*')];
  return [node, ...hosts.flatMap(({ shadowRoot }) => (shadowRoot ? treesBelow(shadowRoot) : []))];
}

const unique = <T>(all: readonly T[]): T[] => [...new Set(all)];

/** True if an element takes room and is not hidden. */
export function isVisible(element: Element): boolean {
  const { width, height } = element.getBoundingClientRect();
  return width > 0 && height > 0 && getComputedStyle(element).visibility === 'visible';
}

/** Returns the focused element, in whichever shadow tree it is. */
export function findFocused(): Element | null {
  let element = document.activeElement;
  while (element?.shadowRoot?.activeElement) element = element.shadowRoot.activeElement;
  return element;
}

/** Returns the key of a dialog's pane, which begins with the pane's name; undefined if it shows none. */
export const paneOf = (dialog: string): string | undefined =>
  document.querySelector(dialog)?.shadowRoot?.querySelector('cardwright-dialog')?.dataset.pane;
