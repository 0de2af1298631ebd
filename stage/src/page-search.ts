import type { Browser, ElementHandle, EvaluateFunc, HandleFor, Page } from 'puppeteer-core';

/** Milliseconds between two checks. They do not wait for frames, because a page behind another window draws none. */
const BY_TIME = { polling: 100 };

/**
 * Waits until a function, called in a page, returns something.
 *
 * @throws after `PATIENCE_MS`; the message says what the browser shows then
 */
export async function waitIn<A extends unknown[], F extends EvaluateFunc<A>>(
  page: Page,
  look: F,
  ...parameters: A
): Promise<HandleFor<Awaited<ReturnType<F>>>> {
  return sayingWhatIsShown(page.browser(), page.waitForFunction<A, F>(look, BY_TIME, ...parameters));
}

/** Returns the awaited value. When the wait ends in vain, the error says what the browser's pages show. */
export async function sayingWhatIsShown<T>(browser: Browser, wait: Promise<T>): Promise<T> {
  try {
    return await wait;
  } catch (error) {
    if (!(error instanceof Error) || error.name !== 'TimeoutError') throw error;
    const pages = await Promise.all((await browser.pages()).map(shownBy));
    throw new Error(`${error.message}. Open are ${pages.join('; ')}`, { cause: error });
  }
}

/** Describes a page by its address, its open dialogs and their error codes. Reads no other text, because some pages show a secret. */
async function shownBy(page: Page): Promise<string> {
  const dialogs = (): string[] => {
    const inside = (root: ParentNode): string[] =>
      [...root.querySelectorAll('*')].flatMap((element) => [
        ...(element.shadowRoot?.querySelector('dialog')?.open ? [element.getAttribute('data-pane') ?? 'a dialog'] : []),
        ...(element.matches('.code') ? [element.textContent.trim()] : []),
        ...(element.shadowRoot ? inside(element.shadowRoot) : []),
      ]);
    return inside(document);
  };
  const shown = await page.evaluate(dialogs).catch(() => ['closing']);
  return [page.url().replace(/[?#].*/, ''), ...shown].join(' ');
}

/**
 * Waits for an element in any shadow tree: the first that matches and contains the text. Puppeteer's own waiting does not notice changes
 * inside shadow trees.
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
  const handle = await waitIn(page, find, selector, text);
  const element = handle.asElement();
  if (element === null) throw new Error(`${selector} is no element`);
  return element as ElementHandle;
}

/** Clicks an element in any shadow tree, with the page in front: the first that matches and contains the text. */
export async function clickElement(page: Page, selector: string, text = ''): Promise<void> {
  const element = await findElement(page, selector, text);
  await page.bringToFront();
  await element.click();
}

/** Waits until the page contains a text, in any shadow tree. */
export async function findText(page: Page, text: string): Promise<void> {
  const stands = (wanted: string): boolean => {
    const find = (root: ParentNode): boolean =>
      root.textContent?.includes(wanted) === true ||
      [...root.querySelectorAll('*')].some(({ shadowRoot }) => shadowRoot !== null && find(shadowRoot));
    return find(document);
  };
  await waitIn(page, stands, text);
}
