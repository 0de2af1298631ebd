import { CardwrightError } from '@cardwright/protocol';
import type { OpenWindow } from './open-window.js';

/** The device's check of a user's entry. If the device refuses the entry, the question may be asked again. */
export interface Check {
  /** Set if the window must stay open, because the device may refuse the entry and the question is then asked again. */
  readonly mayAskAgain: boolean;
  /**
   * Signal that is aborted when the command that checks the entry has ended, or when the host reports other progress that the page shows,
   * for example that the user must touch the device.
   */
  readonly command: AbortSignal;
  /** Identifies what the question is about. A window that was kept open may ask again only a question with the same subject. */
  readonly subject: string;
  /** Milliseconds for which the window stays open at most. Default: `CHECK_LIMIT`. */
  readonly limit?: number;
}

/** Milliseconds for which a window stays open at most while the device checks. A working card needs less. */
export const CHECK_LIMIT = 30_000;
/** The same while the user enters PINs at the reader: a change and its confirmation, for each of which the host waits for two minutes. */
export const READER_LIMIT = 240_000;

interface Kept extends Pick<Check, 'command' | 'subject'> {
  readonly window: OpenWindow;
  /** Controller that is aborted when the window is no longer kept. */
  readonly watch: AbortController;
  closing: Promise<void> | null;
}

/**
 * Windows that show that the device is checking an entry. Each window stays open so that the same command can ask the same question in it
 * again. The window closes when this command has ended, when the window's tab needs another window, or after its limit.
 */
export class CheckingWindows {
  /** Windows that are kept open, by the id of their tab. */
  readonly #kept = new Map<number, Kept>();
  /** Signals of the commands whose window the user closed during the check. */
  readonly #cancelled = new WeakSet<AbortSignal>();

  /** Keeps a window open after the user has answered its question. */
  keep(tabId: number, window: OpenWindow, { command, subject, limit: most = CHECK_LIMIT }: Check): void {
    const { gone } = window.question;
    const kept: Kept = { window, command, subject, watch: new AbortController(), closing: null };
    this.#kept.set(tabId, kept);
    const { signal } = kept.watch;
    const end = () => this.#end(tabId, kept);
    const cancel = () => {
      // The device already has the answer, so the cancellation is reported with the next question.
      this.#cancelled.add(command);
      end();
    };
    const limit = setTimeout(end, most);
    signal.addEventListener('abort', () => clearTimeout(limit), { once: true });
    gone.addEventListener('abort', cancel, { signal });
    command.addEventListener('abort', end, { signal });
    if (gone.aborted) cancel();
    if (command.aborted) end();
  }

  /**
   * Returns the open window in which a question is to be asked again. Returns null if the question needs a new window.
   *
   * @throws CardwrightError `USER_CANCELLED` if the user closed the window during the check
   */
  take(tabId: number, session: string, { command, subject }: Check): OpenWindow | null {
    if (this.#cancelled.has(command)) throw new CardwrightError('USER_CANCELLED');
    const kept = this.#kept.get(tabId);
    if (!kept || kept.watch.signal.aborted) return null;
    if (kept.window.session !== session || kept.command !== command || kept.subject !== subject) return null;
    kept.watch.abort();
    this.#kept.delete(tabId);
    return kept.window;
  }

  /** Closes the window that is kept for a tab, so that another window can open. */
  async giveWay(tabId: number): Promise<void> {
    const kept = this.#kept.get(tabId);
    if (!kept) return;
    this.#end(tabId, kept);
    await kept.closing;
  }

  #end(tabId: number, kept: Kept): void {
    kept.watch.abort();
    kept.closing ??= kept.window.close().finally(() => {
      if (this.#kept.get(tabId) === kept) this.#kept.delete(tabId);
    });
  }
}
