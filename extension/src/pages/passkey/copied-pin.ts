import { browser, type Permissions } from '../../browser.js';

/** Lets the extension see what is in the clipboard. Nobody is asked for it before, and most will never be. */
const MAY_LOOK: Permissions.Permissions = { permissions: ['clipboardRead'] };

/** Milliseconds in which Chromium really writes: what a window wrote is dropped when it closes right after. */
const WRITTEN_MS = 300;

/** A temporary PIN on its way through the clipboard, where it must not stay. */
export class CopiedPin {
  #isCopied = false;
  /** What is being copied, or was last. */
  #copying: Promise<boolean> = Promise.resolve(false);

  constructor(private readonly pin: string) {}

  /** Whether it was copied at any time: then it may still be there. */
  get isCopied(): boolean {
    return this.#isCopied;
  }

  /** The same once nothing is being copied any more. */
  async wasCopied(): Promise<boolean> {
    await this.#copying;
    return this.#isCopied;
  }

  /** Without a click, browsers copy at most for the window that has the focus. @returns whether it was copied */
  copy(): Promise<boolean> {
    this.#copying = this.#write();
    return this.#copying;
  }

  async #write(): Promise<boolean> {
    try {
      await navigator.clipboard.writeText(this.pin);
      this.#isCopied = true;
      return true;
    } catch {
      // The browser wants a click first; the button is one.
      return false;
    }
  }

  /**
   * Clears the clipboard if it still holds the PIN.
   *
   * @returns whether it does so no more; false where the extension may not look, or the window has lost the focus
   */
  async removeIfThere(): Promise<boolean> {
    if (!this.#isCopied) return true;
    if (!(await browser.permissions.contains(MAY_LOOK))) return false;
    try {
      if ((await navigator.clipboard.readText()) === this.pin) await this.clear();
      return true;
    } catch {
      return false;
    }
  }

  /** Asks the user, whose click this has to be, whether the extension may look from now on. @returns as `removeIfThere` does */
  async clearFromNowOn(): Promise<boolean> {
    return (await browser.permissions.request(MAY_LOOK).catch(() => false)) && (await this.removeIfThere());
  }

  /** Whatever it holds. The window may close then. */
  async clear(): Promise<void> {
    await navigator.clipboard.writeText('');
    await new Promise((resolve) => setTimeout(resolve, WRITTEN_MS));
  }
}
