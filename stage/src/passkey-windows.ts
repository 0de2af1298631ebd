import type { Page } from 'puppeteer-core';
import type { PortalUser } from './portal-user.js';
import { pressButton, pressToClose, pressToEnter } from './press-button.js';

/** The actions of a user in the extension's windows for a passkey. */
export class PasskeyWindows {
  constructor(private readonly user: PortalUser) {}

  /** Chooses a FIDO PIN, by typing it twice. */
  async choosePin(pin: string): Promise<void> {
    const window = await this.user.window('secret');
    await window.waitForSelector('#newFidoPin');
    await this.user.lookAt(window, 'fido-pin-empty');
    await window.type('#newFidoPin', pin);
    await window.type('#newFidoPin-repeated', pin);
    await window.waitForSelector('#next:not(:disabled)');
    await pressToEnter(window, '#next');
  }

  /** Enters the current FIDO PIN of the device. */
  async enterPin(pin: string): Promise<void> {
    const window = await this.user.window('secret');
    await window.waitForSelector('#fidoPin');
    await this.user.lookAt(window, 'fido-pin-known');
    await window.type('#fidoPin', pin);
    await pressToClose(window, '#next:not(:disabled)');
  }

  /** Presses the button for a forgotten FIDO PIN. */
  async forgetPin(): Promise<void> {
    const window = await this.user.window('secret');
    await pressToClose(window, '#forgotten:not([hidden])');
  }

  /** Confirms the reset of the FIDO application. */
  async confirmReset(): Promise<void> {
    const window = await this.user.window('confirm');
    await window.waitForSelector('#erase:not(:disabled)');
    await this.user.lookAt(window, 'fido-reset');
    await pressToClose(window, '#erase');
  }

  /** Reads the temporary PIN that the window shows. */
  async readTemporaryPin(): Promise<string> {
    const window = await this.user.window('passkey');
    const groups = await window.waitForSelector('#secret:has(span)');
    const digits = await groups?.$$eval('span[aria-hidden]', (spans) => spans.map((span) => span.textContent).join(''));
    return digits ?? '';
  }

  /** Lets the browser create the passkey. The window stays open until the passkey is created or given up. */
  async proceed(): Promise<Page> {
    const window = await this.user.window('passkey');
    await window.waitForSelector('#continue:not(:disabled)');
    await this.user.lookAt(window, 'passkey');
    await pressButton(window, '#continue');
    return window;
  }

  /** Refuses to create a passkey. */
  async refuse(): Promise<void> {
    await pressToClose(await this.user.window('passkey'), '#cancel');
  }
}
