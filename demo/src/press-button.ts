import type { Page } from 'puppeteer-core';
import { BY_TIME } from './page-search.js';

/** A window that another one's closing has put behind has no focus, and some buttons work only with it. */
const FOCUS_TRIES = 5;
const FOCUS_TRY_MS = 2_000;

/** In the page: presses the button where it works, in its own time, because the window may close before this has returned. */
function press(selector: string): boolean {
  const button = document.querySelector<HTMLButtonElement>(`${selector}:not(:disabled)`);
  if (button !== null) setTimeout(() => button.click());
  return button !== null;
}

/**
 * Presses a button as soon as it works, with the window in front. Not by the mouse: without a display, a window that
 * opens while another closes may draw no frame, and a driver's mouse waits for frames.
 */
export async function pressButton(window: Page, selector: string): Promise<void> {
  for (let tries = 1; ; tries += 1) {
    await window.bringToFront();
    try {
      await window.waitForFunction(press, { ...BY_TIME, timeout: FOCUS_TRY_MS }, selector);
      return;
    } catch (error) {
      if (tries === FOCUS_TRIES) throw error;
    }
  }
}
