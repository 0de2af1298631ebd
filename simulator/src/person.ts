import {
  clickElement,
  findElement,
  patiently,
  pressButton,
  pressToClose,
  pressToEnter,
  waitForExtensionWindow,
} from '@cardwright/stage';
import type { Browser, Dialog, Page } from 'puppeteer-core';

/** The extension's windows, and the buttons in them that a person can press. */
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

/** PINs by the fields of the window; a new one is typed twice. */
const FIELDS = {
  pin: ['#pin'],
  newPin: ['#newPin', '#repeated'],
  puk: ['#puk'],
  fidoPin: ['#fidoPin'],
  newFidoPin: ['#newFidoPin', '#newFidoPin-repeated'],
} as const;
export type Pins = Readonly<Partial<Record<keyof typeof FIELDS, string>>>;
const PIN_NAMES = ['pin', 'newPin', 'puk', 'fidoPin', 'newFidoPin'] as const satisfies readonly (keyof Pins)[];

/** Milliseconds in which an open window shows its fields, and judges what was typed. */
const WINDOW_MS = 10_000;
const LONGEST_TEXT = 2_000;

/** A person at the browser: opens pages, clicks, types, and uses the extension's windows. */
export class Person {
  #page: Page | null = null;

  /** @param browser returns the browser that is running */
  constructor(private readonly browser: () => Browser) {}

  /** Opens a page in the tab of the page before. Leaves that one even where it asks whether to. @returns the address */
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

  /** Waits for an element of the page. @returns its text */
  async waitFor(selector: string, text?: string): Promise<string> {
    const element = await findElement(this.#open(), selector, text);
    const shown = await element.evaluate(({ textContent }) => textContent);
    return shown.replaceAll(/\s+/g, ' ').trim().slice(0, LONGEST_TEXT);
  }

  /** Presses a button in a window of the extension, once it is open. */
  async press(name: WindowName, button: string): Promise<void> {
    const window = await this.#window(name);
    if (name === 'passkey' && button === 'continue') {
      // This window stays until the passkey is created.
      await pressButton(window, '#continue');
    } else if (name === 'secret') {
      await pressButton(window, '#cancel');
      await pressToClose(window, '[data-answer=leave]');
    } else await pressToClose(window, `#${button}`);
  }

  /**
   * Enters PINs into the window of the extension, once it is open.
   *
   * @returns whether the window is closed; false where it asks again, because the device refused what was entered
   * @throws when the window does not ask for one of them, or its rules do not allow one
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
    const window = await waitForExtensionWindow(this.browser(), name);
    // A window behind another draws no frames, so nothing in it can be clicked.
    await window.bringToFront();
    return window;
  }

  async #tab(): Promise<Page> {
    const page = this.#shown ?? patiently(await this.browser().newPage());
    this.#page = page;
    return page;
  }

  #open(): Page {
    const page = this.#shown;
    if (page === null) throw new Error('No page is open: open one first.');
    return page;
  }

  /** The page, unless it was closed or its browser has ended. */
  get #shown(): Page | null {
    const page = this.#page;
    return page === null || page.isClosed() || page.browser() !== this.browser() ? null : page;
  }
}

/** Types into a field, in place of what it has. */
async function typePin(window: Page, field: string, pin: string): Promise<void> {
  const input = await soon(window.waitForSelector(field, { timeout: WINDOW_MS }), `The window has no field ${field}.`);
  await input?.evaluate((element) => {
    if (element instanceof HTMLInputElement) element.value = '';
  });
  await input?.type(pin);
}

/** Waits for what an open window does at once. @throws with these words when it does not */
async function soon<T>(wait: Promise<T>, problem: string): Promise<T> {
  try {
    return await wait;
  } catch (cause) {
    throw new Error(problem, { cause });
  }
}
