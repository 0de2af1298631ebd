import type { Page } from 'puppeteer-core';
import { PATIENCE_MS } from './patience.js';

/**
 * Milliseconds to wait for a button before the window is brought to the front again. Some buttons work only in a focused window, and a window can
 * lose the focus when another window closes.
 */
const FOCUS_TRY_MS = 2_000;
const FOCUS_TRIES = PATIENCE_MS / FOCUS_TRY_MS;

/**
 * Runs in the page: presses a button, and returns true. Returns false if the button is no longer enabled. The button is pressed in a later task,
 * because the press may close the window, which must not happen before this function returns.
 */
function press(button: Element): boolean {
  if (!(button instanceof HTMLButtonElement) || button.disabled) return false;
  setTimeout(() => button.click());
  return true;
}

/**
 * Brings the window to the front, and presses a button as soon as it is enabled. Does not use Puppeteer's mouse, which waits for frames: without a
 * display, a window that opens while another window closes may draw no frames.
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
  // This wait fails if the window closes before it asks again. In that case `closed` decides.
  const isGone = (element: Element | null): boolean => element?.isConnected !== true;
  const asksAgain = window.waitForFunction(isGone, { polling: 'mutation' }, field).catch(() => closed);
  await Promise.race([closed, asksAgain]);
}

/** Presses the button that closes a window, and waits until the window is closed. Only then can the next window open. */
export async function pressToClose(window: Page, button: string): Promise<void> {
  const closed = new Promise((resolve) => window.once('close', resolve));
  await pressButton(window, button);
  await closed;
}
