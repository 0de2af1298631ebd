import type { Browser, ElementHandle, EvaluateFunc, HandleFor, Page } from 'puppeteer-core';

/** Lets Puppeteer check every 100 ms. By default, Puppeteer checks at each frame, but a page behind another window draws no frames. */
const BY_TIME = { polling: 100 };

/**
 * Waits until a function that runs in the page returns a truthy value. Returns a handle of this value.
 *
 * @throws when the page's default timeout has passed (`patiently`); the message says what the browser shows at that moment
 */
export async function waitIn<A extends unknown[], F extends EvaluateFunc<A>>(
  page: Page,
  look: F,
  ...parameters: A
): Promise<HandleFor<Awaited<ReturnType<F>>>> {
  return sayingWhatIsShown(page.browser(), page.waitForFunction<A, F>(look, BY_TIME, ...parameters));
}

/**
 * Returns the awaited value.
 *
 * @param what what is waited for, in words
 * @throws when the wait times out; the message says what was waited for, and what the browser's pages show
 */
export async function sayingWhatIsShown<T>(browser: Browser, wait: Promise<T>, what?: string): Promise<T> {
  try {
    return await wait;
  } catch (error) {
    if (!(error instanceof Error) || error.name !== 'TimeoutError') throw error;
    const pages = await Promise.all((await browser.pages()).map(shownBy));
    const waited = what === undefined ? error.message : `Waited for ${what}: ${error.message}`;
    throw new Error(`${waited}. Open are ${pages.join('; ')}`, { cause: error });
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
 * Waits for an element that matches the selector and contains the text, in the document or any shadow tree. Returns the first such element.
 * Puppeteer's own waiting does not notice changes inside shadow trees.
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
  const what = text === '' ? selector : `${selector} with the text "${text}"`;
  const wait = page.waitForFunction(find, BY_TIME, selector, text);
  const handle = await sayingWhatIsShown(page.browser(), wait, what);
  const element = handle.asElement();
  if (element === null) throw new Error(`${selector} is no element`);
  return element as ElementHandle;
}

/** Brings the page to the front, and clicks the first element that matches the selector and contains the text, in the document or any shadow tree. */
export async function clickElement(page: Page, selector: string, text = ''): Promise<void> {
  const element = await findElement(page, selector, text);
  await page.bringToFront();
  await element.click();
}

/** Waits until the page contains a text, in the document or any shadow tree. */
export async function findText(page: Page, text: string): Promise<void> {
  const stands = (wanted: string): boolean => {
    const find = (root: ParentNode): boolean =>
      root.textContent?.includes(wanted) === true ||
      [...root.querySelectorAll('*')].some(({ shadowRoot }) => shadowRoot !== null && find(shadowRoot));
    return find(document);
  };
  await waitIn(page, stands, text);
}
