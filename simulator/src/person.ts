import {
  clickElement,
  findElement,
  PATIENCE_MS,
  patiently,
  pressButton,
  pressToClose,
  pressToEnter,
  waitForExtensionWindow,
} from '@cardwright/stage';
import type { Browser, Dialog, Page } from 'puppeteer-core';

/** Windows of the extension, and the buttons in them that the simulated user can press. */
export const WINDOW_BUTTONS = {
  consent: ['allow', 'cancel'],
  confirm: ['erase', 'cancel'],
  display: ['done'],
  secret: ['cancel'],
  passkey: ['continue', 'cancel'],
} as const;
export type WindowName = keyof typeof WINDOW_BUTTONS;
export const WINDOWS = ['consent', 'confirm', 'display', 'secret', 'passkey'] as const satisfies readonly WindowName[];

/** True if the window has this button. */
export const isButton = (window: WindowName, button: string): boolean =>
  WINDOW_BUTTONS[window].some((one) => one === button);

/** Selectors of the fields for each PIN in the extension's PIN window. A new PIN has two fields, because it is typed twice. */
const FIELDS = {
  pin: ['#pin'],
  newPin: ['#newPin', '#repeated'],
  puk: ['#puk'],
  fidoPin: ['#fidoPin'],
  newFidoPin: ['#newFidoPin', '#newFidoPin-repeated'],
} as const;
export type Pins = Readonly<Partial<Record<keyof typeof FIELDS, string>>>;
const PIN_NAMES = ['pin', 'newPin', 'puk', 'fidoPin', 'newFidoPin'] as const satisfies readonly (keyof Pins)[];

/** Milliseconds within which an open window shows its fields, and enables its button after a valid entry. */
const WINDOW_MS = 10_000;
const LONGEST_TEXT = 2_000;

/** A simulated user of the browser: opens pages, clicks, types, and uses the extension's windows. */
export class Person {
  #page: Page | null = null;

  /**
   * @param browser returns the browser that is running
   * @param waitMs milliseconds to wait for an element of the page, or for a window of the extension
   */
  constructor(
    private readonly browser: () => Browser,
    private readonly waitMs = PATIENCE_MS,
  ) {}

  /**
   * Opens a page in the tab of the previous page, or in a new tab. Confirms if the previous page asks whether to leave it.
   *
   * @returns the address
   */
  async open(url: string): Promise<string> {
    const page = await this.#tab();
    const leave = (dialog: Dialog): void => void dialog.accept().catch(() => page.off('dialog', leave));
    page.on('dialog', leave);
    try {
      await page.goto(url);
    } finally {
      page.off('dialog', leave);
    }
    return page.url();
  }

  async click(selector: string, text?: string): Promise<void> {
    await clickElement(this.#open(), selector, text);
  }

  async type(selector: string, text: string): Promise<void> {
    const field = await findElement(this.#open(), selector);
    await field.type(text);
  }

  /**
   * Waits for an element of the page.
   *
   * @returns its text, with each run of white space as one blank, cut after `LONGEST_TEXT` characters
   */
  async waitFor(selector: string, text?: string): Promise<string> {
    const element = await findElement(this.#open(), selector, text);
    const shown = await element.evaluate(({ textContent }) => textContent);
    return shown.replaceAll(/\s+/g, ' ').trim().slice(0, LONGEST_TEXT);
  }

  /**
   * Waits for a window of the extension, presses a button, and waits until the window is closed. Does not wait after `continue`, because the passkey
   * window stays open.
   */
  async press(name: WindowName, button: string): Promise<void> {
    const window = await this.#window(name);
    if (name === 'passkey' && button === 'continue') {
      // The passkey window stays open until the passkey is created.
      await pressButton(window, '#continue');
    } else if (name === 'secret') {
      await pressButton(window, '#cancel');
      await pressToClose(window, '[data-answer=leave]');
    } else await pressToClose(window, `#${button}`);
  }

  /**
   * Waits for the PIN window of the extension, and enters PINs.
   *
   * @returns true if the window is closed; false if the window asks again, because the device refused an entry
   * @throws when the window has no field for one of the PINs, or does not accept the entries as valid
   */
  async enter(pins: Pins): Promise<boolean> {
    const window = await this.#window('secret');
    for (const name of PIN_NAMES) {
      const pin = pins[name];
      if (pin !== undefined) for (const field of FIELDS[name]) await typePin(window, field, pin);
    }
    await soon(
      window.waitForSelector('#next:not(:disabled)', { timeout: WINDOW_MS }),
      'The window needs another entry.',
    );
    await pressToEnter(window, '#next');
    return window.isClosed();
  }

  async photograph(path: `${string}.png`): Promise<void> {
    await this.#open().screenshot({ path });
  }

  async #window(name: WindowName): Promise<Page> {
    const window = await waitForExtensionWindow(this.browser(), name, this.waitMs);
    // A window behind another window draws no frames, so nothing in it can be clicked.
    await window.bringToFront();
    return window;
  }

  async #tab(): Promise<Page> {
    const page = this.#shown ?? patiently(await this.browser().newPage(), this.waitMs);
    this.#page = page;
    return page;
  }

  #open(): Page {
    const page = this.#shown;
    if (page === null) throw new Error('No page is open: open one first.');
    return page;
  }

  /** The page that is open. Null if no page was opened, if the page was closed, or if its browser has ended. */
  get #shown(): Page | null {
    const page = this.#page;
    return page === null || page.isClosed() || page.browser() !== this.browser() ? null : page;
  }
}

/** Replaces the content of a field by typing. */
async function typePin(window: Page, field: string, pin: string): Promise<void> {
  const input = await soon(window.waitForSelector(field, { timeout: WINDOW_MS }), `The window has no field ${field}.`);
  await input?.evaluate((element) => {
    if (element instanceof HTMLInputElement) element.value = '';
  });
  await input?.type(pin);
}

/**
 * Waits for a reaction that an open window shows at once.
 *
 * @throws with the message `problem` when there is no such reaction
 */
async function soon<T>(wait: Promise<T>, problem: string): Promise<T> {
  try {
    return await wait;
  } catch (cause) {
    throw new Error(problem, { cause });
  }
}
