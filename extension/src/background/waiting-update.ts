import * as v from 'valibot';
import { browser } from '../browser.js';
import { UPDATE_KEY } from '../recorded-keys.js';
import { logDefect } from './log.js';

/** Maximum time in milliseconds for which an update waits for sessions to end: a working day. */
export const LONGEST_WAIT = 8 * 60 * 60_000;
/** Milliseconds without a session in use after which an update is applied. A page that ends one session often opens the next one at once. */
export const QUIET = 5_000;
/**
 * Milliseconds between two looks at the clock while an update waits. A timer over the whole time would be late by the time for which the
 * computer slept.
 */
const LOOK_INTERVAL = 60_000;
/** Milliseconds in which the last messages reach the pages before the extension is reloaded. */
const LAST_WORDS = 500;

/** The page sessions that an update would end. */
export interface OpenSessions {
  /** True if a session has a host. A page without a grant gets no host, so it cannot keep an update back. */
  areInUse(): boolean;
  /** Ends all sessions, because the extension is updated now. Each page is told to reload. Returns the number of sessions. */
  end(): Promise<number>;
}

/**
 * An update of the extension that waits until no session is in use, 8 hours at most, and is then applied by a reload of the extension.
 *
 * Chromium keeps an update back while the service worker runs, and applies it when the worker has ended (update_install_gate.cc). Firefox keeps
 * an update back if there is a listener, and applies it only by `runtime.reload` or when the browser starts (MDN, `runtime.onUpdateAvailable`).
 * Firefox may end the background meanwhile, so the time of the announcement is kept in `storage.session`, which each reload empties.
 */
export class WaitingUpdate {
  /** Time of the announcement in milliseconds since 1970; null if no update waits. */
  #announced: number | null = null;
  /** Set while the timer runs over the time without a session in use. */
  #isQuiet = false;
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** The browser wakes the background for an update only if this constructor was called synchronously. */
  constructor(private readonly sessions: OpenSessions) {
    browser.runtime.onUpdateAvailable.addListener(() => this.#note(Date.now()));
    void this.#takeBack();
  }

  /**
   * Applies the update soon if one waits and no session is in use any more.
   *
   * @param wasInUse true if the ended session had a host. The end of any other does not prolong the time without a session in use, or pages
   *   without a grant could prolong it.
   */
  sessionEnded(wasInUse: boolean): void {
    if (wasInUse) this.#isQuiet = false;
    this.#consider();
  }

  /** Notes the announcement. A newer version that is announced while an update waits does not prolong the wait. */
  #note(announced: number): void {
    this.#announced ??= announced;
    void this.#keep(this.#announced);
    this.#consider();
  }

  #consider(): void {
    if (this.#announced === null) return;
    const rest = this.#announced + LONGEST_WAIT - Date.now();
    if (rest <= 0) {
      void this.#apply();
    } else if (this.sessions.areInUse()) {
      this.#isQuiet = false;
      this.#wait(Math.min(rest, LOOK_INTERVAL), () => this.#consider());
    } else if (!this.#isQuiet) {
      this.#isQuiet = true;
      this.#wait(QUIET, () => this.#applyUnlessInUse());
    }
  }

  #wait(delay: number, then: () => void): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(then, delay);
  }

  #applyUnlessInUse(): void {
    if (this.sessions.areInUse()) this.#consider();
    else void this.#apply();
  }

  async #apply(): Promise<void> {
    this.#announced = null;
    clearTimeout(this.#timer);
    if ((await this.sessions.end()) > 0) await new Promise((resolve) => setTimeout(resolve, LAST_WORDS));
    browser.runtime.reload();
  }

  async #takeBack(): Promise<void> {
    try {
      const stored = (await browser.storage.session.get(UPDATE_KEY))[UPDATE_KEY];
      if (v.is(v.number(), stored)) this.#note(stored);
    } catch (error) {
      // The update is then applied when the browser starts.
      logDefect('the waiting update cannot be read', error);
    }
  }

  async #keep(announced: number): Promise<void> {
    try {
      await browser.storage.session.set({ [UPDATE_KEY]: announced });
    } catch (error) {
      logDefect('the waiting update cannot be kept', error);
    }
  }
}
