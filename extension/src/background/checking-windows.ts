import { CardwrightError } from '@cardwright/protocol';
import type { OpenWindow } from './open-window.js';

/** The check of an answer, which may bring its question back. */
export interface Check {
  /** Keeps the window, because the device may refuse the entry and have the question asked again. */
  readonly mayAskAgain: boolean;
  /** The command that checks. Aborts when the command has ended, or when the page has something else to show. */
  readonly command: AbortSignal;
  /** Names the subject of the question. A kept window asks only about the same one. */
  readonly subject: string;
}

/** Longest time that a window stays open while the device checks, in milliseconds. A working card needs less. */
export const CHECK_LIMIT = 30_000;

interface Kept extends Pick<Check, 'command' | 'subject'> {
  readonly window: OpenWindow;
  /** Aborted when the window is no longer kept. */
  readonly watch: AbortController;
  closing: Promise<void> | null;
}

/**
 * Windows that show that the device is checking an entry. Each stays until the same command asks the same question again, or until
 * that command has ended. It gives way to any other window of its tab.
 */
export class CheckingWindows {
  /** Kept windows, by tab. */
  readonly #kept = new Map<number, Kept>();
  /** Commands whose window the user closed during the check. */
  readonly #cancelled = new WeakSet<AbortSignal>();

  /** Keeps a window whose question was answered. */
  keep(tabId: number, window: OpenWindow, { command, subject }: Check): void {
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
    const limit = setTimeout(end, CHECK_LIMIT);
    signal.addEventListener('abort', () => clearTimeout(limit), { once: true });
    gone.addEventListener('abort', cancel, { signal });
    command.addEventListener('abort', end, { signal });
    if (gone.aborted) cancel();
    if (command.aborted) end();
  }

  /**
   * Returns the window in which to ask a question again; null if the question needs a window of its own.
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

  /** Closes the window kept for a tab, so that another one can open. */
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
