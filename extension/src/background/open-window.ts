import { CardwrightError, asCardwrightError } from '@cardwright/protocol';
import { WINDOW_EXTENSIONS, WINDOW_TIMEOUT } from '@cardwright/protocol/limits';
import * as v from 'valibot';
import { browser, type Runtime } from '../browser.js';
import { ownWindows, windowMessage, type OwnWindow } from '../own-window.js';
import { ACTIVATION_MS } from './activation.js';
import { logDefect } from './log.js';

/** Position and width of the browser window that shows a page, in pixels of the screen. */
export interface Place {
  readonly left: number;
  readonly top: number;
  readonly width: number;
}

/** A question that a window shows until the user answers the question, or the question fails. */
class Question {
  readonly answered: Promise<unknown>;
  /** Promise that never resolves, and rejects when the question fails. */
  readonly failed: Promise<never>;
  settle: (answer: unknown) => void = () => null;
  readonly #gone = new AbortController();
  #extensionsLeft = WINDOW_EXTENSIONS;
  #timeout: ReturnType<typeof setTimeout> | undefined;

  constructor(readonly content: unknown) {
    this.failed = new Promise((_, reject) => {
      this.gone.addEventListener('abort', () => reject(asCardwrightError(this.gone.reason, logDefect)), { once: true });
    });
    // The question may fail before anyone waits for it. This handler keeps the browser from reporting an unhandled rejection; later callers
    // still get the failure.
    this.failed.catch(() => null);
    const settled = new Promise((resolve) => {
      this.settle = resolve;
    });
    this.answered = Promise.race([settled, this.failed]);
    this.answered.catch(() => null);
    this.#startTimeout();
  }

  /** Signal that is aborted when the question fails. */
  get gone(): AbortSignal {
    return this.#gone.signal;
  }

  fail(error: CardwrightError): void {
    this.#gone.abort(error);
  }

  /** Restarts the time limit for the user's answer, at most `WINDOW_EXTENSIONS` times. */
  extend(): void {
    if (this.#extensionsLeft === 0) return;
    this.#extensionsLeft -= 1;
    this.#startTimeout();
  }

  /** Stops the time limit for the user's answer. */
  rest(): void {
    clearTimeout(this.#timeout);
  }

  #startTimeout(): void {
    clearTimeout(this.#timeout);
    this.#timeout = setTimeout(() => this.fail(new CardwrightError('USER_TIMEOUT')), WINDOW_TIMEOUT);
  }
}

/** A window of the extension that is open, or about to open. A window asks one question, and may ask another question afterwards. */
export class OpenWindow {
  readonly token = crypto.randomUUID();
  id: number | null = null;
  #port: Runtime.Port | null = null;
  #question: Question;
  #raisedAt = -Infinity;

  constructor(
    readonly session: string,
    content: unknown,
  ) {
    this.#question = new Question(content);
  }

  get question(): Question {
    return this.#question;
  }

  /** Replaces the answered question by another question, which `show` then displays. */
  ask(content: unknown): void {
    this.#question = new Question(content);
  }

  show(): void {
    this.#port?.postMessage({ show: this.#question.content });
  }

  /** Opens the window in front of the page's window. */
  async open(name: OwnWindow, parent: Place): Promise<void> {
    const { width, height } = ownWindows[name].size;
    const url = browser.runtime.getURL(`pages/${name}.html#${this.token}`);
    const window = { type: 'popup', url, focused: true, width, height } as const;
    const free = parent.width - width;
    const place = {
      left: Math.max(0, Math.round(parent.left + (ASIDE.includes(name) ? free : free / 2))),
      top: Math.max(0, parent.top + BELOW_ADDRESS_BAR),
    };
    // The browser refuses a position that is mostly off the screen. Without a position, the browser chooses one itself.
    const { id } = await browser.windows.create({ ...window, ...place }).catch(() => browser.windows.create(window));
    this.id = id ?? null;
  }

  /** Accepts the connection of the window's script, and sends the question over it. */
  connect(port: Runtime.Port): void {
    this.#port = port;
    port.onMessage.addListener((value) => {
      const message = v.parse(windowMessage, value);
      if ('answer' in message) this.#question.settle(message.answer);
      else if ('more' in message) this.#question.extend();
    });
    port.onDisconnect.addListener(() => {
      this.#port = null;
      this.closed();
    });
    this.show();
  }

  /** Fails the question with `USER_CANCELLED`, because the window or its script is gone. */
  closed(): void {
    this.#question.fail(new CardwrightError('USER_CANCELLED'));
  }

  /**
   * Returns true if a click may bring the window to the front now, and uses up this click. Returns false within `ACTIVATION_MS` after a
   * used click, because the browser may still be reporting the same click.
   */
  takeClick(): boolean {
    if (Date.now() - this.#raisedAt < ACTIVATION_MS) return false;
    this.#raisedAt = Date.now();
    return true;
  }

  async close(): Promise<void> {
    const { id } = this;
    if (id === null) return;
    const open = await browser.windows.getAll();
    if (!open.some((one) => one.id === id)) return;
    // This fails if the user closes the window at the same moment, which has the same effect.
    await browser.windows.remove(id).catch(() => null);
  }
}

/**
 * Pixels between the upper edges of the page's window and of the extension's window. The address bar, with the origin, stays visible.
 */
const BELOW_ADDRESS_BAR = 96;

/** Windows that open at the right edge, because the browser's own dialog opens in the middle of the page's window. */
const ASIDE: readonly OwnWindow[] = ['passkey'];
