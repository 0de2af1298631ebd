import type { Page } from 'puppeteer-core';
import { reachOf } from './accessibility.js';

/**
 * Returns the faults of the layout that axe does not see, as readable lines, in what a user can reach; `[]` if there are none:
 *
 * - a checkbox or radio button of more than twice its usual size
 * - a label that is not beside its control
 * - text at the edge of its dialog
 * - text that its box cuts, or does not hold
 * - a link in the browser's own colour
 */
export async function findLayoutFaults(page: Page): Promise<string[]> {
  const element = await reachOf(page);
  return element.evaluate(judgeLayout);
}

function judgeLayout(judged: Element): string[] {
  /** Size of a checkbox or radio button in browsers, in CSS pixels; larger where the text is. */
  const USUAL_SIZE = 13 * (parseFloat(getComputedStyle(document.documentElement).fontSize) / 16);
  /** Distances in CSS pixels: of text that touches an edge, and of a label that is away from its control. */
  const TOUCHES = 4;
  const AWAY = 24;
  /** Text may be so much larger than its box, because sizes are rounded. */
  const ROUNDED = 1;

  const faults = new Set<string>();
  const report = (fault: string, element: Element): void => {
    const words = element.textContent.trim().replaceAll(/\s+/g, ' ').slice(0, 60);
    faults.add(`${fault}: ${nameOf(element)} ${words}`.trim());
  };
  const nameOf = ({ localName, attributes }: Element): string =>
    [localName, ...['id', 'class', 'name', 'value'].map((one) => attributes.getNamedItem(one)?.value ?? '')]
      .filter((one) => one !== '')
      .join(' ');

  const isShown = (element: Element): boolean => {
    const { width, height } = element.getBoundingClientRect();
    // One pixel is what is left of an element that is shown to screen readers only.
    return width > 1 && height > 1 && element.checkVisibility({ visibilityProperty: true, opacityProperty: true });
  };
  /** The boxes of the words that an element has itself, each line one. */
  const linesOf = (element: Element): DOMRect[] =>
    [...element.childNodes]
      .filter((node) => node instanceof Text && node.data.trim() !== '')
      .flatMap((node) => {
        const range = document.createRange();
        range.selectNodeContents(node);
        return [...range.getClientRects()];
      });
  const parentOf = (element: Element): Element | null => {
    const root = element.getRootNode();
    return element.assignedSlot ?? element.parentElement ?? (root instanceof ShadowRoot ? root.host : null);
  };
  const dialogOf = (element: Element | null): Element | null =>
    element === null || element instanceof HTMLDialogElement ? element : dialogOf(parentOf(element));
  /** The distance of two lengths on an axis, which is negative where they overlap. */
  const gap = (from: number, to: number, start: number, end: number): number => Math.max(start - to, from - end);

  const judgeControl = (control: HTMLInputElement | HTMLSelectElement | HTMLTextAreaElement): void => {
    const box = control.getBoundingClientRect();
    const isMark = control instanceof HTMLInputElement && ['checkbox', 'radio'].includes(control.type);
    if (isMark && Math.max(box.width, box.height) > 2 * USUAL_SIZE)
      report(`${Math.round(box.width)} × ${Math.round(box.height)} px large`, control);
    for (const label of control.labels ?? []) {
      const lines = [label, ...label.querySelectorAll('*')]
        .filter((one) => !control.contains(one) && isShown(one))
        .flatMap(linesOf);
      const isBeside = lines.some(
        ({ top, bottom, left, right }) =>
          gap(left, right, box.left, box.right) < AWAY && gap(top, bottom, box.top, box.bottom) < (isMark ? 0 : AWAY),
      );
      if (lines.length > 0 && !isBeside) report('not beside its control', label);
    }
    if (control instanceof HTMLSelectElement) judgeChoice(control);
  };

  /** Compares a list with one that is as wide as the chosen words need. */
  const judgeChoice = (select: HTMLSelectElement): void => {
    const wide = document.createElement('select');
    for (const { name, value } of select.attributes) wide.setAttribute(name, value);
    wide.append(...[...select.selectedOptions].map((option) => option.cloneNode(true)));
    wide.style.cssText = 'position: absolute; width: max-content; min-width: 0; flex: none';
    select.after(wide);
    if (wide.offsetWidth > select.offsetWidth + ROUNDED) report(`cut at ${select.offsetWidth} px`, wide);
    wide.remove();
  };

  const judgeText = (element: HTMLElement): void => {
    const lines = linesOf(element);
    if (lines.length === 0) return;
    const { overflowX } = getComputedStyle(element);
    const isCut = element.clientWidth > 0 && element.scrollWidth > element.clientWidth + ROUNDED;
    if (isCut && !['auto', 'scroll'].includes(overflowX)) report(`cut at ${element.clientWidth} px`, element);
    const dialog = dialogOf(element);
    if (dialog === null) return;
    const edge = dialog.getBoundingClientRect();
    const touches = lines.some(({ top, left, right }) => {
      // Words above the edge are scrolled out of sight.
      const below = top - edge.top;
      return left - edge.left < TOUCHES || edge.right - right < TOUCHES || (below >= 0 && below < TOUCHES);
    });
    if (touches) report('at the edge of its dialog', element);
  };

  const judgeLink = (link: HTMLAnchorElement): void => {
    const probe = document.createElement('span');
    probe.style.color = 'LinkText';
    link.before(probe);
    if (getComputedStyle(link).color === getComputedStyle(probe).color) report('in the colour of the browser', link);
    probe.remove();
  };

  const judgeWithin = (root: ParentNode): void => {
    for (const element of root.querySelectorAll('*')) {
      if (element.shadowRoot) judgeWithin(element.shadowRoot);
      if (!(element instanceof HTMLElement) || !isShown(element)) continue;
      if (
        element instanceof HTMLInputElement ||
        element instanceof HTMLSelectElement ||
        element instanceof HTMLTextAreaElement
      )
        judgeControl(element);
      else if (!(element instanceof HTMLOptionElement)) judgeText(element);
      if (element instanceof HTMLAnchorElement && element.hasAttribute('href')) judgeLink(element);
    }
  };
  if (judged.shadowRoot) judgeWithin(judged.shadowRoot);
  judgeWithin(judged);
  return [...faults];
}
