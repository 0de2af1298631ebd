import { browser, type Permissions } from '../../browser.js';

/** The permission to read the clipboard. It is only requested when it is needed, which is rare. */
const MAY_LOOK: Permissions.Permissions = { permissions: ['clipboardRead'] };

/** Milliseconds in which Chromium completes a write: the text is lost if its window closes right after copying. */
const WRITTEN_MS = 300;

/** A temporary PIN on its way through the clipboard, where it must not stay. */
export class CopiedPin {
  #isCopied = false;
  /** The current or the last copying. */
  #copying: Promise<boolean> = Promise.resolve(false);

  constructor(private readonly pin: string) {}

  /** True if the PIN was ever copied, so that it may still be in the clipboard. */
  get isCopied(): boolean {
    return this.#isCopied;
  }

  /** Resolves like `isCopied` once no copying is running. */
  async wasCopied(): Promise<boolean> {
    await this.#copying;
    return this.#isCopied;
  }

  /** Copies the PIN. Without a click, browsers only copy for the window with the focus. @returns whether it was copied */
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
      // The browser requires a click first, which the button provides.
      return false;
    }
  }

  /**
   * Clears the clipboard if it still holds the PIN.
   *
   * @returns true if the clipboard no longer holds it; false if the extension may not read the clipboard, or the window has lost the
   *   focus
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

  /** Asks the user for the permission to read the clipboard from now on. Must be called in a click. @returns as `removeIfThere` does */
  async clearFromNowOn(): Promise<boolean> {
    return (await browser.permissions.request(MAY_LOOK).catch(() => false)) && (await this.removeIfThere());
  }

  /** Clears the clipboard, whatever its content. The window may close then. */
  async clear(): Promise<void> {
    await navigator.clipboard.writeText('');
    await new Promise((resolve) => setTimeout(resolve, WRITTEN_MS));
  }
}
