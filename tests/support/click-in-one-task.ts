import type { Page } from 'puppeteer-core';

/** Clicks on two elements in one task of the page: between the clicks, the page gets no event from the browser. */
export async function clickInOneTask(page: Page, first: string, second: string): Promise<void> {
  const elements = [await page.$(first), await page.$(second)] as const;
  await page.evaluate(
    (...both) => {
      for (const element of both) {
        if (!(element instanceof HTMLElement)) throw new Error('one of the two is not there');
        element.click();
      }
    },
    ...elements,
  );
}
