import type { DeviceInfo } from '@cardwright/protocol';
import type { Page } from 'puppeteer-core';
import type { Look, PageBrowser, PageServer } from './page-stage.js';
import type { Script } from './wizard-page/scripted-extension.js';
import { openWizardPage, type DialogName } from './wizard-stage.js';

/** A person at a page that holds nothing but a dialog, in front of a scripted extension. */
export class WizardUser {
  private constructor(
    readonly page: Page,
    private readonly dialog: DialogName,
  ) {}

  /** Presses what leads to another dialog of the page, and looks at that from now on. */
  async isLed(to: DialogName, button: string): Promise<WizardUser> {
    await this.click(button);
    return new WizardUser(this.page, to);
  }

  /** Opens the page and not yet the wizard. */
  static async arrive(
    browser: PageBrowser,
    server: PageServer,
    script: Partial<Script> = {},
    look: Look & { readonly lang?: string } = {},
    dialog: DialogName = 'cardwright-add-device',
  ): Promise<WizardUser> {
    return new WizardUser(await openWizardPage(browser, server, script, look, dialog), dialog);
  }

  /** Changes how extension, host and user at the extension's windows behave. */
  async script(changes: Partial<Script>): Promise<void> {
    await this.page.evaluate((now) => Object.assign(window.extension.script, now), changes);
  }

  async setDevices(...devices: DeviceInfo[]): Promise<void> {
    await this.page.evaluate((now) => window.extension.setDevices(now), devices);
  }

  /** Waits until the step that is to be held is out. */
  async isHeld(): Promise<void> {
    await this.page.waitForFunction(() => window.extension.isHolding);
  }

  /** Lets a held step end. */
  async release(): Promise<void> {
    await this.page.evaluate(() => window.extension.release());
  }

  async click(selector: string): Promise<void> {
    await this.page.locator(`>>> ${selector}`).click();
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

  /** Selects a device by what stands on it. */
  async select(text: string): Promise<void> {
    await this.sees('choose');
    await this.page.locator(`>>> label ::-p-text(${text})`).click();
  }

  /** Waits until a text stands in the wizard. */
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

  /** Waits until the wizard has closed and nothing runs any more; where it says that the device is ready, the user closes it. */
  async closes(): Promise<void> {
    const closesOrIsOver = (dialog: string): boolean => {
      const wizard = document.querySelector(dialog)?.shadowRoot;
      const isReady = wizard?.querySelector('cardwright-dialog[data-pane=ready]') ?? null;
      // It may close by itself meanwhile.
      if (isReady) wizard?.querySelector<HTMLElement>('#done')?.click();
      return window.heard.includes('cardwright-closed') && !window.extension.hasSession;
    };
    await this.page.waitForFunction(closesOrIsOver, {}, this.dialog);
  }

  /** Waits until the extension was asked for a method. */
  async calls(method: string): Promise<void> {
    await this.page.waitForFunction((wanted) => window.extension.calls.includes(wanted), {}, method);
  }

  /** What the extension was asked for, in this order. */
  called(): Promise<string[]> {
    return this.page.evaluate(() => window.extension.calls);
  }

  /** Ids of the devices that were opened. */
  opened(): Promise<string[]> {
    return this.page.evaluate(() => window.extension.opened);
  }

  /** Types of the wizard's events. */
  heard(): Promise<string[]> {
    return this.page.evaluate(() => window.heard);
  }

  /** What the wizard last told a screen reader beside the focus. */
  announced(): Promise<string> {
    return this.page.$eval('>>> p[role=status].visually-hidden', ({ textContent }) => textContent);
  }

  /** What stands on the element that has the focus; of a device to select, all that stands on it. */
  focused(): Promise<string> {
    return this.page.evaluate(() => {
      let element = document.activeElement;
      while (element?.shadowRoot?.activeElement) element = element.shadowRoot.activeElement;
      const text = (element?.closest('label') ?? element)?.textContent ?? '';
      return text.trim().replace(/\s+/g, ' ');
    });
  }

  /** Names of the wizard's steps. */
  steps(): Promise<string[]> {
    return this.page.$$eval('>>> cardwright-stepper >>> .label', (all) =>
      all.map(({ textContent }) => textContent.trim().replace(/\s*, done$/, '')),
    );
  }

  /** The step in which it is. */
  step(): Promise<string> {
    return this.page.$eval('>>> li[aria-current=step] .label', ({ textContent }) => textContent.trim());
  }

  /** The state of each line of the check, or of what is missing: `passed passed failed waiting`. */
  lines(): Promise<string> {
    return this.page.$$eval('>>> .checks li', (lines) => lines.map(({ className }) => className).join(' '));
  }

  /** Closes the page. */
  leave(): Promise<void> {
    return this.page.close();
  }
}
