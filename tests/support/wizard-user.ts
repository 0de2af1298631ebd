import type { DeviceInfo } from '@cardwright/protocol/devices';
import type { Page } from 'puppeteer-core';
import type { Look, PageBrowser, PageServer } from './page-stage.js';
import type { Script } from './wizard-page/scripted-extension.js';
import { openWizardPage, type DialogName } from './wizard-stage.js';
import { click } from './wait-for.js';

/** A user at a page with one dialog, in front of a scripted extension. */
export class WizardUser {
  private constructor(
    readonly page: Page,
    private readonly dialog: DialogName,
  ) {}

  /** Presses the button that leads to another dialog of the page, and returns the user of that. */
  async isLed(to: DialogName, button: string): Promise<WizardUser> {
    await this.click(button);
    return new WizardUser(this.page, to);
  }

  /** Opens the page, but not the wizard. */
  static async arrive(
    browser: PageBrowser,
    server: PageServer,
    script: Partial<Script> = {},
    look: Look & { readonly lang?: string } = {},
    dialog: DialogName = 'cardwright-add-device',
  ): Promise<WizardUser> {
    return new WizardUser(await openWizardPage(browser, server, script, look, dialog), dialog);
  }

  /** Changes the behaviour of extension and host, and of the user in the extension's windows. */
  async script(changes: Partial<Script>): Promise<void> {
    await this.page.evaluate((now) => Object.assign(window.extension.script, now), changes);
  }

  async setDevices(...devices: DeviceInfo[]): Promise<void> {
    await this.page.evaluate((now) => window.extension.setDevices(now), devices);
  }

  /** Waits until the step to be held is running. */
  async isHeld(): Promise<void> {
    await this.page.waitForFunction(() => window.extension.isHolding);
  }

  /** Lets a held step end. */
  async release(): Promise<void> {
    await this.page.evaluate(() => window.extension.release());
  }

  async click(selector: string): Promise<void> {
    await click(this.page, `>>> ${selector}`);
  }

  async press(...keys: readonly ('Tab' | 'Enter' | 'Escape' | 'Space' | 'ArrowDown' | 'ArrowUp')[]): Promise<void> {
    for (const key of keys) await this.page.keyboard.press(key);
  }

  /** Waits until the wizard shows a pane. */
  async sees(pane: string): Promise<void> {
    const isShown = (dialog: string, wanted: string): boolean =>
      document.querySelector(dialog)?.shadowRoot?.querySelector('cardwright-dialog')?.dataset.pane === wanted;
    await this.page.waitForFunction(isShown, {}, this.dialog, pane);
  }

  /** Selects a device by its text. */
  async select(text: string): Promise<void> {
    await this.sees('choose');
    await click(this.page, `>>> label ::-p-text(${text})`);
  }

  /** Waits until the wizard shows a text. */
  async reads(text: string): Promise<void> {
    const stands = (dialog: string, wanted: string): boolean => {
      const textIn = (root: ParentNode): string =>
        [
          root.textContent ?? '',
          ...[...root.querySelectorAll('*')].map((e) => (e.shadowRoot ? textIn(e.shadowRoot) : '')),
        ]
          .join('\n')
          .replace(/\s+/g, ' ');
      const shown = document.querySelector(dialog)?.shadowRoot;
      return shown ? textIn(shown).includes(wanted) : false;
    };
    await this.page.waitForFunction(stands, {}, this.dialog, text);
  }

  /** Waits until the wizard has closed and nothing runs. If it says that the device is ready, closes it as the user. */
  async closes(): Promise<void> {
    const closesOrIsOver = (dialog: string): boolean => {
      const wizard = document.querySelector(dialog)?.shadowRoot;
      const isReady = wizard?.querySelector('cardwright-dialog[data-pane=ready]') ?? null;
      // The wizard may have closed itself meanwhile.
      if (isReady) wizard?.querySelector<HTMLElement>('#done')?.click();
      return window.heard.includes('cardwright-closed') && !window.extension.hasSession;
    };
    await this.page.waitForFunction(closesOrIsOver, {}, this.dialog);
  }

  /** Waits until the page has called a method of the extension. */
  async calls(method: string): Promise<void> {
    await this.page.waitForFunction((wanted) => window.extension.calls.includes(wanted), {}, method);
  }

  /** Returns the called methods of the extension, in order. */
  called(): Promise<string[]> {
    return this.page.evaluate(() => window.extension.calls);
  }

  /** Returns the ids of the opened devices. */
  opened(): Promise<string[]> {
    return this.page.evaluate(() => window.extension.opened);
  }

  /** Returns the types of the wizard's events. */
  heard(): Promise<string[]> {
    return this.page.evaluate(() => window.heard);
  }

  /** Returns the wizard's latest announcement to screen readers. */
  announced(): Promise<string> {
    return this.page.$eval('>>> p[role=status].visually-hidden', ({ textContent }) => textContent);
  }

  /** Returns the text of the focused element, including all of a device choice. */
  focused(): Promise<string> {
    return this.page.evaluate(() => {
      let element = document.activeElement;
      while (element?.shadowRoot?.activeElement) element = element.shadowRoot.activeElement;
      const text = (element?.closest('label') ?? element)?.textContent ?? '';
      return text.trim().replace(/\s+/g, ' ');
    });
  }

  /** Returns the names of the wizard's steps. */
  steps(): Promise<string[]> {
    return this.page.$$eval('>>> cardwright-stepper >>> .label', (all) =>
      all.map(({ textContent }) => textContent.trim().replace(/\s*, done$/, '')),
    );
  }

  /** Returns the wizard's current step. */
  step(): Promise<string> {
    return this.page.$eval('>>> li[aria-current=step] .label', ({ textContent }) => textContent.trim());
  }

  /** Returns the state of each line of the check, or of the missing parts: `passed passed failed waiting`. */
  lines(): Promise<string> {
    return this.page.$$eval('>>> .checks li', (lines) => lines.map(({ className }) => className).join(' '));
  }

  /** Closes the page. */
  leave(): Promise<void> {
    return this.page.close();
  }
}
