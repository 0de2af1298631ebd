import type { PortalUser } from '@cardwright/stage';

/** Digits, for example of times, serial numbers and ids, which differ in each run. */
const CHANGING = /\p{Number}+/gu;

/**
 * Reads the visible text of a page, including all shadow trees. Returns one entry for each text node, in the order of the page, without digits.
 *
 * @param without a selector of elements whose text differs in each run
 */
export async function shownWords(page: PortalUser['page'], without: string): Promise<string[]> {
  const pieces = await page.evaluate((changing) => {
    const inside = (root: ParentNode): string[] => [...root.childNodes].flatMap(read);
    const read = (node: ChildNode): string[] => {
      if (node instanceof Text) return [node.data];
      if (!(node instanceof HTMLElement) || node.matches(changing)) return [];
      // For an element without a box of its own, `checkVisibility` returns false, although its children may be visible.
      if (getComputedStyle(node).display !== 'contents' && !node.checkVisibility()) return [];
      if (node instanceof HTMLSlotElement) return node.assignedNodes().flatMap((one) => read(one as ChildNode));
      return inside(node.shadowRoot ?? node);
    };
    return inside(document.body);
  }, without);
  return pieces
    .map((piece) => piece.replaceAll(CHANGING, '').replaceAll(/\s+/g, ' ').trim())
    .filter((piece) => piece !== '');
}
