import type { Page } from 'puppeteer-core';
import type { Stage } from './stage.js';

export interface Account {
  readonly username: string;
  readonly password: string;
}

/** Called at every page, pane and window that the user sees, so that it can be photographed. */
export type Look = (page: Page, name: string) => Promise<void>;

/** What My Devices shows of one device. */
export interface DeviceRow {
  readonly name: string;
  readonly state: string;
  /** All that stands on its card. */
  readonly text: string;
}

/** Panes of the wizard `<cardwright-add-device>`. */
export type PaneName =
  'check' | 'allow' | 'search' | 'connect' | 'choose' | 'issue-issue' | 'issue-pin' | 'pending' | 'error';

/** Milliseconds between two looks; a page behind another window draws no frames to look at. */
const BY_TIME = { polling: 100 };

/** A person at the portal: opens pages, clicks, types into the extension's windows, and reads what is there. */
export class PortalUser {
  private constructor(
    private readonly stage: Stage,
    readonly page: Page,
    private readonly look: Look,
  ) {}

  /** Logs in on the login page, as a person does. */
  static async login(stage: Stage, account: Account, look: Look = () => Promise.resolve()): Promise<PortalUser> {
    const user = new PortalUser(stage, await stage.page('/login'), look);
    await user.type('#username', account.username);
    await user.type('#password', account.password);
    await look(user.page, 'login');
    await Promise.all([user.page.waitForNavigation(), user.click('#login')]);
    return user;
  }

  /** Opens the wizard. */
  async addDevice(): Promise<void> {
    await this.click('#add-device');
  }

  /** Allows the site, in the extension's window, to use devices. */
  async allowSite(): Promise<void> {
    const consent = await this.window('consent');
    await consent.bringToFront();
    await consent.locator('#allow:enabled').wait();
    await this.look(consent, 'consent');
    await closing(consent, () => consent.locator('#allow').click());
  }

  /** Waits until the wizard shows a pane. */
  async pane(name: PaneName): Promise<void> {
    await this.#isThere(`cardwright-dialog[data-pane="${name}"]`);
    await this.look(this.page, `wizard-${name}`);
  }

  /** Selects a device of the wizard's list: by what stands in its line. */
  async choose(text: string): Promise<void> {
    await this.page.locator(`>>> label ::-p-text(${text})`).click();
  }

  /** Enters a new PIN, twice, in the extension's window. */
  async choosePin(pin: string): Promise<void> {
    const secret = await this.window('secret');
    await this.look(secret, 'pin-empty');
    await secret.locator('#newPin').fill(pin);
    await secret.locator('#repeated').fill(pin);
    await this.look(secret, 'pin-entered');
    await closing(secret, () => secret.locator('#next:enabled').click());
  }

  /** Closes the extension's PIN window by its Cancel button. */
  async refusePin(): Promise<void> {
    const secret = await this.window('secret');
    await closing(secret, () => secret.locator('#cancel').click());
  }

  /** Waits until the wizard has closed by itself. */
  async wizardCloses(): Promise<void> {
    await this.page.waitForFunction(
      () =>
        document
          .querySelector('portal-my-devices')
          ?.shadowRoot?.querySelector('cardwright-add-device')
          ?.shadowRoot?.querySelector('cardwright-dialog')
          ?.shadowRoot?.querySelector('dialog')?.open === false,
      BY_TIME,
    );
  }

  /** Waits until My Devices shows so many devices, and reads them. */
  async devices(count: number): Promise<DeviceRow[]> {
    const read = (expected: number): DeviceRow[] | null => {
      const list = document.querySelector('portal-my-devices')?.shadowRoot;
      const cards = [...(list?.querySelectorAll('portal-device-card') ?? [])].map((card) => card.shadowRoot);
      const rows = cards.map((card) => ({
        name: card?.querySelector('h2')?.textContent ?? '',
        state: card?.querySelector('.badge')?.textContent ?? '',
        text: card?.querySelector('article')?.innerText ?? '',
      }));
      return list?.querySelector('#add-device') && rows.length === expected ? rows : null;
    };
    const rows = await this.page.waitForFunction(read, BY_TIME, count);
    await this.look(this.page, 'my-devices');
    return (await rows.jsonValue()) ?? [];
  }

  /** As an operator: does something to the first device in the table. */
  async act(action: 'activate' | 'initial-pin' | 'suspend' | 'resume' | 'terminate'): Promise<void> {
    await this.click(`button[data-action="${action}"]`);
  }

  /** Waits until the operator's table shows a state. */
  async deviceIs(state: string): Promise<void> {
    await this.#isThere(`portal-device-table .badge.${state}`);
    await this.look(this.page, `operator-${state}`);
  }

  /** Reads the secret that the extension shows in its own window, and closes it. */
  async readShownSecret(): Promise<string> {
    const display = await this.window('display');
    const secret = await display
      .locator('#secret')
      .map((element) => element.textContent ?? '')
      .wait();
    await closing(display, () => display.locator('#done').click());
    return secret.replaceAll(/\s/g, '');
  }

  async click(selector: string): Promise<void> {
    await this.#isThere(selector);
    await this.page.bringToFront();
    await this.page.locator(`>>> ${selector}`).click();
  }

  async type(selector: string, text: string): Promise<void> {
    await this.#isThere(selector);
    await this.page.locator(`>>> ${selector}`).fill(text);
  }

  /** Waits for a window of the extension. */
  window(name: 'consent' | 'secret' | 'display' | 'confirm'): Promise<Page> {
    return this.stage.extensionWindow(name);
  }

  /** Waits until an element is there, in any shadow tree: puppeteer's own waiting does not notice changes inside them. */
  async #isThere(selector: string): Promise<void> {
    const isThere = (wanted: string): boolean => {
      const find = (root: ParentNode): boolean =>
        root.querySelector(wanted) !== null ||
        [...root.querySelectorAll('*')].some(({ shadowRoot }) => shadowRoot !== null && find(shadowRoot));
      return find(document);
    };
    await this.page.waitForFunction(isThere, BY_TIME, selector);
  }
}

/** Does what closes a window, and waits until it is closed: only then can the next one open. */
async function closing(window: Page, act: () => Promise<void>): Promise<void> {
  const closed = new Promise((resolve) => window.once('close', resolve));
  await act();
  await closed;
}
