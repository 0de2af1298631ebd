import type { Page } from 'puppeteer-core';
import { findElement } from './page-search.js';
import type { PortalUser } from './portal-user.js';

/** Panes of `<cardwright-add-mobile>`. */
export type MobilePaneName =
  | 'preparing'
  | 'password'
  | 'connect'
  | 'choose'
  | 'prove-pin'
  | 'code'
  | 'expired'
  | 'install'
  | 'confirm'
  | 'rejected'
  | 'certificates'
  | 'sent'
  | 'installed'
  | 'cancelled'
  | 'missing'
  | 'stop'
  | 'error';

/** The dialog's description of the phone that used the link. */
export interface ShownPhone {
  readonly model: string;
  readonly serial: string;
}

/** The dialog that adds a mobile device, as a signed-in user operates it. */
export class MobileDialog {
  constructor(private readonly user: PortalUser) {}

  /** Opens the dialog on My Devices. */
  async open(): Promise<void> {
    await this.user.click('#add-mobile');
  }

  /** Waits until the dialog shows a pane, and reports the pane to `look`. */
  async pane(name: MobilePaneName): Promise<void> {
    await findElement(this.user.page, `cardwright-dialog[data-pane="${name}"]`);
    await this.user.lookAt(this.user.page, `mobile-${name}`);
  }

  /** Enters the password, for which the dialog asks before it shows the QR code. */
  async enterPassword(password = this.user.account.password): Promise<void> {
    await this.pane('password');
    await this.user.type(inPane('password', '#password'), password);
    await this.press('password', '#next');
  }

  /** Presses a button of a pane. */
  async press(pane: MobilePaneName, button: string): Promise<void> {
    await this.user.click(inPane(pane, button));
  }

  /** Waits for the QR code, and reads the link below the code. */
  async link(): Promise<string> {
    await this.pane('code');
    const link = await findElement(this.user.page, inPane('code', '.link code'));
    return link.evaluate(({ textContent }) => textContent.trim());
  }

  /** Waits until the dialog asks about a phone, and reads the phone's description. */
  async shownPhone(): Promise<ShownPhone> {
    await this.pane('confirm');
    const facts = await findElement(this.user.page, inPane('confirm', 'dl.phone'));
    const [model = '', serial = ''] = await facts.$$eval('dd', (all) => all.map(({ textContent }) => textContent));
    return { model, serial };
  }

  /** Confirms that the shown phone is the user's. */
  async confirm(): Promise<void> {
    await this.press('confirm', '#confirm');
  }

  /** Waits until the phone is ready, and presses Done. */
  async finish(): Promise<void> {
    await this.pane('installed');
    await this.press('installed', '#done');
  }

  /**
   * Presses Cancel or Close in a pane. This closes the dialog, with one exception: while a phone that already has a profile is being set up, the
   * dialog stays open and asks whether to stop (pane `stop`).
   */
  async close(pane: MobilePaneName): Promise<void> {
    await this.press(pane, '#cancel');
  }
}

/** Returns the selector of a button or a field of a pane, in the light tree of the dialog. */
const inPane = (pane: MobilePaneName, selector: string): string => `cardwright-dialog[data-pane="${pane}"] ${selector}`;

/** Reads the link below the QR code that My Devices shows. Returns null if no link is shown. */
export const readShownLink = (page: Page): Promise<string | null> =>
  page.evaluate(
    () =>
      document
        .querySelector('portal-my-devices')
        ?.shadowRoot?.querySelector('cardwright-add-mobile')
        ?.shadowRoot?.querySelector('.link code')
        ?.textContent.trim() ?? null,
  );
