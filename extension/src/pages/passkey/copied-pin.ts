import { browser, type Permissions } from '../../browser.js';

/** The permission to read the clipboard. The user is asked for this permission only when it is needed, which is rare. */
const MAY_LOOK: Permissions.Permissions = { permissions: ['clipboardRead'] };

/** Milliseconds within which Chromium completes a write to the clipboard. If the window closes earlier, the write is lost. */
const WRITTEN_MS = 300;

/** A temporary PIN that is copied to the clipboard and must not stay there. */
export class CopiedPin {
  #isCopied = false;
  /** Result of the current or the last attempt to copy. */
  #copying: Promise<boolean> = Promise.resolve(false);

  constructor(private readonly pin: string) {}

  /** True if the PIN was ever copied, so that it may still be in the clipboard. */
  get isCopied(): boolean {
    return this.#isCopied;
  }

  /** Waits until no copying is running, then resolves with `isCopied`. */
  async wasCopied(): Promise<boolean> {
    await this.#copying;
    return this.#isCopied;
  }

  /**
   * Copies the PIN. Without a click, browsers only copy if the window has the focus.
   *
   * @returns true if the PIN was copied
   */
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
      // The browser requires a click before it copies; the button to copy provides this click.
      return false;
    }
  }

  /**
   * Clears the clipboard if it still contains the PIN.
   *
   * @returns true if the PIN was never copied, or the clipboard no longer contains it; false if the extension may not read the
   *   clipboard, or the browser refuses access, for example because the window has lost the focus
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

  /**
   * Asks the user for the permission to read the clipboard from now on, and clears the clipboard if it still contains the PIN. Must be
   * called within a click.
   *
   * @returns true if the clipboard no longer contains the PIN; false if the user does not give the permission, or if `removeIfThere`
   * returns false
   */
  async clearFromNowOn(): Promise<boolean> {
    return (await browser.permissions.request(MAY_LOOK).catch(() => false)) && (await this.removeIfThere());
  }

  /** Clears the clipboard, whatever it contains. Resolves when the window may close. */
  async clear(): Promise<void> {
    await navigator.clipboard.writeText('');
    await new Promise((resolve) => setTimeout(resolve, WRITTEN_MS));
  }
}
