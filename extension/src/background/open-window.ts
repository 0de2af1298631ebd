import { CardwrightError, WINDOW_EXTENSIONS, WINDOW_TIMEOUT, asCardwrightError } from '@cardwright/protocol';
import * as v from 'valibot';
import { browser, type Runtime } from '../browser.js';
import { OVER, ownWindows, windowMessage, type OwnWindow } from '../own-window.js';
import { ACTIVATION_MS } from './activation.js';
import { logDefect } from './log.js';

/** The place of a page's window on the screen. */
export interface Place {
  readonly left: number;
  readonly top: number;
  readonly width: number;
}

/** A question that a window shows until it is answered or fails. */
class Question {
  readonly answered: Promise<unknown>;
  /** Never resolves. */
  readonly failed: Promise<never>;
  settle: (answer: unknown) => void = () => null;
  readonly #gone = new AbortController();
  #extensionsLeft = WINDOW_EXTENSIONS;
  #timeout: ReturnType<typeof setTimeout> | undefined;

  constructor(readonly content: unknown) {
    this.failed = new Promise((_, reject) => {
      this.gone.addEventListener('abort', () => reject(asCardwrightError(this.gone.reason, logDefect)), { once: true });
    });
    // It may fail before anyone waits for it; a later caller still gets the failure.
    this.failed.catch(() => null);
    const settled = new Promise((resolve) => {
      this.settle = resolve;
    });
    this.answered = Promise.race([settled, this.failed]);
    this.answered.catch(() => null);
    this.#startTimeout();
  }

  /** Aborted when it fails. */
  get gone(): AbortSignal {
    return this.#gone.signal;
  }

  fail(error: CardwrightError): void {
    this.#gone.abort(error);
  }

  /** Gives its user the whole time again, so many times. */
  extend(): void {
    if (this.#extensionsLeft === 0) return;
    this.#extensionsLeft -= 1;
    this.#startTimeout();
  }

  /** Its time does not run any more. */
  rest(): void {
    clearTimeout(this.#timeout);
  }

  #startTimeout(): void {
    clearTimeout(this.#timeout);
    this.#timeout = setTimeout(() => this.fail(new CardwrightError('USER_TIMEOUT')), WINDOW_TIMEOUT);
  }
}

/** A window that is open, or about to be. It asks one question, or another one after that. */
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

  /** Takes another question; the answer to the one before has come. `show` shows it. */
  ask(content: unknown): void {
    this.#question = new Question(content);
  }

  show(): void {
    this.#port?.postMessage({ show: this.#question.content });
  }

  /** Opens it before the window of the page. */
  async open(name: OwnWindow, parent: Place): Promise<void> {
    const { width, height } = ownWindows[name].size;
    const url = browser.runtime.getURL(`pages/${name}.html#${this.token}`);
    const window = { type: 'popup', url, focused: true, width, height } as const;
    const free = parent.width - width;
    const place = {
      left: Math.max(0, Math.round(parent.left + (ASIDE.includes(name) ? free : free / 2))),
      top: Math.max(0, parent.top + BELOW_ADDRESS_BAR),
    };
    // The browser refuses a place that is mostly off the screen; then it chooses one itself.
    const { id } = await browser.windows.create({ ...window, ...place }).catch(() => browser.windows.create(window));
    this.id = id ?? null;
  }

  /** Its script has connected, and hears what to show. */
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

  /** It is closed, and not by us. */
  closed(): void {
    this.#question.fail(new CardwrightError('USER_CANCELLED'));
  }

  /** Uses up a click that brings the window to the front. Returns false where that click was used before. */
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
    // The user may close it at the same moment, which is just as good.
    await browser.windows.remove(id).catch(() => null);
  }

  /** Leaves it to the window to close itself, where it is there. */
  async tellOver(): Promise<void> {
    if (this.#port === null) await this.close();
    else this.#port.postMessage(OVER);
  }
}

/** Distance from the upper edge of the page's window, in pixels: the address bar, with the origin, stays in sight. */
const BELOW_ADDRESS_BAR = 96;

/** Windows beside which the browser's own dialog opens, in the middle of the page's window. */
const ASIDE: readonly OwnWindow[] = ['passkey'];
