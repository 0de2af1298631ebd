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
  /** All text of the device's entry in one line, including folded parts. */
  readonly text: string;
}

/** A user who has signed in at the portal. Opens pages and wizards, clicks, and reads. */
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

  /** Signs in on the login page, as a user does. */
  static async login(stage: Stage, account: Account, look: Look = () => Promise.resolve()): Promise<PortalUser> {
    const user = new PortalUser(stage, await stage.page('/login'), account, look);
    await user.type('#username', account.username);
    await user.type('#password', account.password);
    await look(user.page, 'login');
    await Promise.all([user.page.waitForNavigation(), user.click('#login')]);
    return user;
  }

  /**
   * Signs in at an identity provider, which asks who someone is by a page with a button for each person. Whoever is signed in signs out first, there
   * too.
   *
   * @param provider name of the provider in the portal's settings
   * @param person value of the person's button
   */
  static async loginAt(
    stage: Stage,
    provider: string,
    person: string,
    look: Look = () => Promise.resolve(),
  ): Promise<PortalUser> {
    const user = new PortalUser(stage, await stage.page('/login'), { username: person, password: '' }, look);
    const isSignedIn = await user.page.evaluate(async () => {
      const session = (await (await fetch('/api/session')).json()) as { readonly user: unknown };
      return session.user !== null;
    });
    if (isSignedIn) {
      await user.page.goto(new URL('/my-devices', stage.portal.url).href);
      await user.click('#logout');
      await user.page.waitForFunction(() => location.pathname === '/login');
    }
    await look(user.page, 'login');
    await Promise.all([user.page.waitForNavigation(), user.click(`[data-provider=${provider}]`)]);
    await look(user.page, 'provider');
    await user.click(`button[value="${person}"]`);
    // The provider sends the browser to a page below /sign-in, which posts the answer and then leads on.
    await user.page.waitForFunction(
      (portal) => location.origin === portal && !/^\/(login$|sign-in\/)/.test(location.pathname),
      {},
      stage.portal.url,
    );
    return user;
  }

  /** Opens My Devices in a browser in which the user has signed in already. */
  static async signedIn(stage: Stage, account: Account, look: Look = () => Promise.resolve()): Promise<PortalUser> {
    return new PortalUser(stage, await stage.page('/my-devices'), account, look);
  }

  /** Opens the portal in another tab, where the same user is already signed in. */
  newTab(): Promise<PortalUser> {
    return PortalUser.signedIn(this.stage, this.account, this.look);
  }

  /** Reloads the page. If the browser asks whether to leave the page, confirms this. */
  async reload(): Promise<void> {
    const agree = (dialog: Dialog): void => void dialog.accept();
    this.page.on('dialog', agree);
    try {
      await this.page.reload();
    } finally {
      this.page.off('dialog', agree);
    }
  }

  /** Opens the wizard that adds a device. */
  async addDevice(): Promise<void> {
    await this.click('#add-device');
  }

  /** Opens the wizard that changes the PIN, for the first device that offers this. */
  async changePin(): Promise<void> {
    await this.click('[data-operation="change-pin"]');
  }

  /** Opens the wizard for a forgotten PIN, for the first device that offers this. */
  async forgetPin(): Promise<void> {
    await this.click('[data-operation="unlock"]');
  }

  /**
   * Allows the site in a page without a recent action of the user, as after a reload. The wizard then shows a button, which this method presses. The
   * consent window may also open without the button, because the browser may count Puppeteer's own calls as an action of the user.
   */
  async allowSiteWithoutClick(): Promise<void> {
    const press = this.wizard.pane('allow').then(() => this.click('#allow'));
    await Promise.race([this.window('consent'), press]);
    await this.allowSite();
  }

  /** Reports a page or a window to `look`. */
  async lookAt(page: Page, name: string): Promise<void> {
    await this.look(page, name);
  }

  /** Waits until My Devices shows `count` devices (null: any number), and reads their entries. */
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

  /** Clicks the first element that matches the selector and contains the text, in the document or any shadow tree. */
  async click(selector: string, text = ''): Promise<void> {
    await clickElement(this.page, selector, text);
  }

  /** Types into the first field that matches the selector, in the document or any shadow tree. */
  async type(selector: string, text: string): Promise<void> {
    const element = await findElement(this.page, selector);
    await element.type(text);
  }

  /** Waits until the page contains a text. */
  async reads(text: string): Promise<void> {
    await findText(this.page, text);
  }
}
