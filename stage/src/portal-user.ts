import type { Dialog, Page } from 'puppeteer-core';
import { clickElement, findElement, findText, waitIn } from './page-search.js';
import type { Stage } from './stage.js';
import { type Look, WindowUser } from './window-user.js';
import { Wizard } from './wizard.js';

export interface Account {
  readonly username: string;
  readonly password: string;
}

/** The entry of one device in My Devices. */
export interface DeviceRow {
  readonly name: string;
  readonly state: string;
  /** All text on its card, folded or not, in one line. */
  readonly text: string;
}

/** A person who has logged in at the portal: opens pages and wizards, clicks, and reads. */
export class PortalUser extends WindowUser {
  /** The wizard that is open in the page. */
  readonly wizard: Wizard;

  private constructor(
    stage: Stage,
    readonly page: Page,
    readonly account: Account,
    look: Look,
  ) {
    super(stage, look);
    this.wizard = new Wizard(page, look);
  }

  /** Logs in on the login page, as a person does. */
  static async login(stage: Stage, account: Account, look: Look = () => Promise.resolve()): Promise<PortalUser> {
    const user = new PortalUser(stage, await stage.page('/login'), account, look);
    await user.type('#username', account.username);
    await user.type('#password', account.password);
    await look(user.page, 'login');
    await Promise.all([user.page.waitForNavigation(), user.click('#login')]);
    return user;
  }

  /** Opens the portal in another tab, where the same person is already logged in. */
  async newTab(): Promise<PortalUser> {
    return new PortalUser(this.stage, await this.stage.page(), this.account, this.look);
  }

  /** Reloads the page, and confirms this where the browser asks. */
  async reload(): Promise<void> {
    const agree = (dialog: Dialog): void => void dialog.accept();
    this.page.on('dialog', agree);
    try {
      await this.page.reload();
    } finally {
      this.page.off('dialog', agree);
    }
  }

  /** Opens the wizard. */
  async addDevice(): Promise<void> {
    await this.click('#add-device');
  }

  /** Opens the wizard that changes the PIN of the first device that offers it. */
  async changePin(): Promise<void> {
    await this.click('[data-operation="change-pin"]');
  }

  /** Opens the wizard for a forgotten PIN, for the first device that offers it. */
  async forgetPin(): Promise<void> {
    await this.click('[data-operation="unlock"]');
  }

  /**
   * Allows the site in a page without recent action of the user, as after a reload. The wizard has a button for it, unless the driver that
   * watches the page was faster and counted as the user.
   */
  async allowSiteWithoutClick(): Promise<void> {
    const press = this.wizard.pane('allow').then(() => this.click('#allow'));
    await Promise.race([this.window('consent'), press]);
    await this.allowSite();
  }

  /** Calls `look` with a page or a window. */
  async lookAt(page: Page, name: string): Promise<void> {
    await this.look(page, name);
  }

  /** Reads My Devices once it shows `count` devices, or any number without a count. */
  async devices(count: number | null = null): Promise<DeviceRow[]> {
    const read = (expected: number | null): DeviceRow[] | null => {
      const list = document.querySelector('portal-my-devices')?.shadowRoot;
      const cards = [...(list?.querySelectorAll('portal-device-card') ?? [])].map((card) => card.shadowRoot);
      const rows = cards.map((card) => ({
        name: card?.querySelector('h2')?.textContent ?? '',
        state: card?.querySelector('.badge')?.textContent ?? '',
        text: card?.querySelector('article')?.textContent.replace(/\s+/g, ' ').trim() ?? '',
      }));
      return list?.querySelector('#add-device') && (expected === null || rows.length === expected) ? rows : null;
    };
    const rows = await waitIn(this.page, read, count);
    await this.look(this.page, 'my-devices');
    return (await rows.jsonValue()) ?? [];
  }

  /** Clicks an element in any shadow tree: the first that matches and contains the text. */
  async click(selector: string, text = ''): Promise<void> {
    await clickElement(this.page, selector, text);
  }

  /** Types into a field, in any shadow tree. */
  async type(selector: string, text: string): Promise<void> {
    const element = await findElement(this.page, selector);
    await element.type(text);
  }

  /** Waits until the page contains a text. */
  async reads(text: string): Promise<void> {
    await findText(this.page, text);
  }
}
