import type { ElementHandle, Page } from 'puppeteer-core';

/** Milliseconds between two looks; a page behind another window draws no frames to look at. */
export const BY_TIME = { polling: 100 };

/**
 * Waits for an element, in any shadow tree: the first that matches and in which the text stands. Puppeteer's own waiting does
 * not notice changes inside them.
 */
export async function findElement(page: Page, selector: string, text = ''): Promise<ElementHandle> {
  const find = (wanted: string, inside: string): Element | null => {
    const search = (root: ParentNode): Element | null => {
      const here = [...root.querySelectorAll(wanted)].find(({ textContent }) => textContent.includes(inside));
      if (here) return here;
      for (const { shadowRoot } of root.querySelectorAll('*')) {
        const deeper = shadowRoot && search(shadowRoot);
        if (deeper) return deeper;
      }
      return null;
    };
    return search(document);
  };
  const handle = await page.waitForFunction(find, BY_TIME, selector, text);
  const element = handle.asElement();
  if (element === null) throw new Error(`${selector} is no element`);
  return element as ElementHandle;
}

/** Waits until a text stands somewhere on the page, in any shadow tree. */
export async function findText(page: Page, text: string): Promise<void> {
  const stands = (wanted: string): boolean => {
    const find = (root: ParentNode): boolean =>
      root.textContent?.includes(wanted) === true ||
      [...root.querySelectorAll('*')].some(({ shadowRoot }) => shadowRoot !== null && find(shadowRoot));
    return find(document);
  };
  await page.waitForFunction(stands, BY_TIME, text);
}
