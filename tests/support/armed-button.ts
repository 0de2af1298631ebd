import type { Page } from 'puppeteer-core';

/**
 * Takes the focus from a window of the extension and gives it back.
 *
 * @returns whether the button was disabled after each; `unit/extension/armed-button` shows for how long it stays so
 */
export const refocus = (page: Page, selector: string): Promise<boolean[]> =>
  page.$eval(selector, (button) =>
    ['blur', 'focus'].map((type) => {
      window.dispatchEvent(new Event(type));
      return button.matches(':disabled');
    }),
  );
