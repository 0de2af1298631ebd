import type { Page } from 'puppeteer-core';
import { PATIENCE_MS } from './patience.js';

/** Milliseconds to wait for a button. Some need the focus, which a window loses when the closing of another puts it behind. */
const FOCUS_TRY_MS = 2_000;
const FOCUS_TRIES = PATIENCE_MS / FOCUS_TRY_MS;

/** Runs in the page: presses a button if it still works. In a later task, because the window may close before this could return. */
function press(button: Element): boolean {
  if (!(button instanceof HTMLButtonElement) || button.disabled) return false;
  setTimeout(() => button.click());
  return true;
}

/**
 * Presses a button as soon as it works, with the window in front. Does not use the mouse: without a display, a window that opens while
 * another closes may draw no frame, and a driver's mouse waits for frames.
 */
export async function pressButton(window: Page, selector: string): Promise<void> {
  for (let tries = 1; ; tries += 1) {
    await window.bringToFront();
    try {
      const button = await window.waitForSelector(`${selector}:not(:disabled)`, { timeout: FOCUS_TRY_MS });
      if (await button?.evaluate(press)) return;
    } catch (error) {
      if (tries >= FOCUS_TRIES) throw error;
    }
  }
}

/** Presses the button that submits an entry to the device, and waits until the window is closed or asks again. */
export async function pressToEnter(window: Page, button: string): Promise<void> {
  const closed = new Promise((resolve) => window.once('close', resolve));
  const field = await window.waitForSelector('#fields input');
  await pressButton(window, button);
  // The window may close before it could ask again, and then reports nothing.
  const isGone = (element: Element | null): boolean => element?.isConnected !== true;
  const asksAgain = window.waitForFunction(isGone, { polling: 'mutation' }, field).catch(() => closed);
  await Promise.race([closed, asksAgain]);
}

/** Presses the button that closes a window, and waits until it is closed: only then can the next one open. */
export async function pressToClose(window: Page, button: string): Promise<void> {
  const closed = new Promise((resolve) => window.once('close', resolve));
  await pressButton(window, button);
  await closed;
}
