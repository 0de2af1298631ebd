import type { Page } from 'puppeteer-core';
import { pressButton, pressToClose, pressToEnter } from './press-button.js';
import type { Stage } from './stage.js';

/** Called with every page, pane and window that the user sees, for example to take a screenshot. */
export type Look = (page: Page, name: string) => Promise<void>;

/** A user of the extension's own windows: allows a site, types PINs, confirms or declines. */
export class WindowUser {
  protected constructor(
    protected readonly stage: Stage,
    protected readonly look: Look,
  ) {}

  /** Waits for a window of the extension, and brings it to the front. */
  async window(name: 'consent' | 'secret' | 'display' | 'confirm' | 'passkey'): Promise<Page> {
    const window = await this.stage.extensionWindow(name);
    // A window behind another window draws no frames, so nothing in it can be clicked.
    await window.bringToFront();
    return window;
  }

  /** Allows the site to use devices, in the extension's window. */
  async allowSite(): Promise<void> {
    const consent = await this.window('consent');
    await consent.waitForSelector('#allow:not(:disabled)');
    await this.look(consent, 'consent');
    await pressToClose(consent, '#allow');
  }

  /** Refuses the site, in the extension's window. */
  async refuseSite(): Promise<void> {
    await pressToClose(await this.window('consent'), '#cancel');
  }

  /** Confirms the erasure of the device, in the extension's window. */
  async confirmErasing(): Promise<void> {
    const confirm = await this.window('confirm');
    await confirm.waitForSelector('#erase:not(:disabled)');
    await this.look(confirm, 'confirm');
    await pressToClose(confirm, '#erase');
  }

  /** Declines the erasure of the device, in the extension's window. */
  async refuseErasing(): Promise<void> {
    const confirm = await this.window('confirm');
    // The Erase button is enabled once the window has had the focus for half a second. Until then, `look` would see a disabled button.
    await confirm.waitForSelector('#erase:not(:disabled)');
    await this.look(confirm, 'confirm');
    await pressToClose(confirm, '#cancel');
  }

  /** Enters a new PIN, twice, in the extension's window, and waits until the device has accepted or refused the PIN. */
  async choosePin(pin: string): Promise<void> {
    const secret = await this.window('secret');
    await secret.waitForSelector('#newPin');
    await this.look(secret, 'pin-empty');
    await secret.type('#newPin', pin);
    await secret.type('#repeated', pin);
    await secret.waitForSelector('#next:not(:disabled)');
    await this.look(secret, 'pin-entered');
    await pressToEnter(secret, '#next');
  }

  /** Enters the current PIN in the extension's window, and waits until the device has accepted or refused the PIN. */
  async enterPin(pin: string): Promise<void> {
    const secret = await this.window('secret');
    await secret.waitForSelector('#pin');
    await this.look(secret, 'enter-pin');
    await secret.type('#pin', pin);
    await pressToEnter(secret, '#next');
  }

  /** Presses Cancel in the extension's PIN window, and confirms that the window may close. */
  async refusePin(): Promise<void> {
    const secret = await this.window('secret');
    await pressButton(secret, '#cancel');
    await this.look(secret, 'pin-leave');
    await pressToClose(secret, '[data-answer=leave]');
  }

  /** Enters the current PIN and, twice, a new PIN in the extension's window, and waits until the device has accepted or refused the PINs. */
  async typePins(current: string, next: string): Promise<void> {
    const secret = await this.window('secret');
    await secret.waitForSelector('#pin');
    await secret.type('#pin', current);
    for (const field of ['#newPin', '#repeated']) {
      // A new PIN is still there after a current one that was wrong.
      await secret.$eval(field, (input) => input instanceof HTMLInputElement && input.select());
      await secret.type(field, next);
    }
    await this.look(secret, 'change-pin');
    await pressToEnter(secret, '#next');
  }

  /** Reads the secret that the extension's own window shows, and closes the window. */
  async readShownSecret(): Promise<string> {
    const display = await this.window('display');
    const groups = await display.waitForSelector('#secret:has(span)');
    const secret = await groups?.$$eval('span[aria-hidden]', (spans) => spans.map((span) => span.textContent).join(''));
    await this.look(display, 'initial-pin');
    await pressToClose(display, '#done');
    return secret ?? '';
  }
}
