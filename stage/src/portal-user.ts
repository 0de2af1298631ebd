import type { Dialog, Page } from 'puppeteer-core';
import { findElement, findText, waitIn } from './page-search.js';
import { closeReady, isWizardClosed, readyOrClosed } from './wizard-dialogs.js';
import type { Stage } from './stage.js';
import { type Look, WindowUser } from './window-user.js';

/** The wizard's requests to its user for a passkey. */
type PasskeyTask =
  'choose-fido-pin' | 'enter-fido-pin' | 'reset-fido' | 'browser' | 'temporary-pin' | 'touch' | 'reinsert';

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

/** Panes of the wizard `<cardwright-add-device>`. */
export type PaneName =
  | 'check'
  | 'allow'
  | 'refused'
  | 'no-reader'
  | 'search'
  | 'connect'
  | 'choose'
  | 'erase'
  | 'progress'
  | 'pin'
  | `passkey-${PasskeyTask}`
  | 'stop'
  | 'pending'
  | 'awaiting-approval'
  | 'ready'
  | 'prove'
  | 'error';

/** The wizard's report of a failure. */
export interface Failure {
  /** Code of the error catalogue. */
  readonly code: string;
  readonly what: string;
  readonly remedy: string;
}

/** A connected device that the wizard does not offer. */
export interface Refusal {
  readonly name: string;
  readonly reason: string;
}

/** Buttons of the operator's page. */
type OperatorAction = 'approve' | 'decline' | 'activate' | 'suspend' | 'resume' | 'release' | 'terminate';
const ASKED_ABOUT: ReadonlySet<OperatorAction> = new Set<OperatorAction>([
  'decline',
  'suspend',
  'release',
  'terminate',
]);

/** A person at the portal: opens pages, clicks, and reads. */
export class PortalUser extends WindowUser {
  private constructor(
    stage: Stage,
    readonly page: Page,
    readonly account: Account,
    look: Look,
  ) {
    super(stage, look);
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
    const press = this.pane('allow').then(() => this.click('#allow'));
    await Promise.race([this.window('consent'), press]);
    await this.allowSite();
  }

  /** Waits until the wizard shows a pane, and photographs it. */
  async pane(name: PaneName): Promise<void> {
    await this.paneBehind(name);
    await this.look(this.page, `wizard-${name}`);
  }

  /** Waits until the wizard shows one of several panes, photographs it, and returns its name. */
  async meets<Name extends PaneName>(...names: readonly Name[]): Promise<Name> {
    const dialog = await findElement(this.page, names.map((name) => `cardwright-dialog[data-pane="${name}"]`).join());
    const shown = await dialog.evaluate((element) => element.getAttribute('data-pane'));
    const met = names.find((name) => name === shown);
    // The wizard showed another pane before this one could be read.
    if (met === undefined) return this.meets(...names);
    await this.look(this.page, `wizard-${met}`);
    return met;
  }

  /** Waits until the wizard has a pane, even in a page behind another, which cannot be photographed. */
  async paneBehind(name: PaneName): Promise<void> {
    await findElement(this.page, `cardwright-dialog[data-pane="${name}"]`);
  }

  /** Calls `look` with a page or a window. */
  async lookAt(page: Page, name: string): Promise<void> {
    await this.look(page, name);
  }

  /** Selects a device in the wizard's list by a text of its line. */
  async choose(text: string): Promise<void> {
    await this.click('label.device', text);
  }

  /** Waits until the wizard has closed. Closes it where it says that the device is ready. */
  async wizardCloses(): Promise<void> {
    const shown = await waitIn(this.page, readyOrClosed);
    if ((await shown.jsonValue()) === 'ready') {
      await this.look(this.page, 'wizard-ready');
      await this.page.evaluate(closeReady);
    }
    await waitIn(this.page, isWizardClosed);
  }

  /** Waits until an issuance has ended: the wizard has closed, or says that an operator must approve the device. */
  issuanceEnds(): Promise<'closed' | 'awaiting-approval'> {
    return Promise.race([
      this.wizardCloses().then(() => 'closed' as const),
      this.pane('awaiting-approval').then(() => 'awaiting-approval' as const),
    ]);
  }

  async hasWizardOpen(): Promise<boolean> {
    return !(await this.page.evaluate(isWizardClosed));
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

  /**
   * As an operator: performs an action on the first device in the table that permits it.
   *
   * @param reason for actions that require one, because they cannot be undone
   */
  async act(action: OperatorAction, reason = 'It was asked for.'): Promise<void> {
    await this.click(`button[data-action="${action}"]`);
    if (!ASKED_ABOUT.has(action)) return;
    await this.type('dialog[open] #reason', reason);
    if (action === 'terminate') await this.click('dialog[open] #meant');
    await this.look(this.page, `operator-${action}`);
    await this.click('dialog[open] #confirm');
  }

  /** As an operator: shows the initial PIN of the first device, which requires the password again, and reads it. */
  async showInitialPin(): Promise<string> {
    await this.click('button[data-action="initial-pin"]');
    await this.type('#password', this.account.password);
    await this.look(this.page, 'operator-password');
    await this.click('#show');
    return this.readShownSecret();
  }

  /** Waits until the operator's table shows a state. */
  async deviceIs(state: string): Promise<void> {
    await findElement(this.page, `.badge.${state}`);
    await this.look(this.page, `operator-${state}`);
  }

  /** Clicks an element in any shadow tree: the first that matches and contains the text. */
  async click(selector: string, text = ''): Promise<void> {
    const element = await findElement(this.page, selector, text);
    await this.page.bringToFront();
    await element.click();
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

  /** Presses the button that leads on after a failure, such as Try again or Reload page. */
  async goOn(): Promise<void> {
    await this.click('#retry');
  }

  /** Waits until the wizard reports a failure, and reads it. */
  async failure(): Promise<Failure> {
    await this.meets('error', 'refused');
    const pane = await findElement(this.page, 'cardwright-error-pane');
    return pane.evaluate(({ shadowRoot }) => {
      const textOf = (selector: string): string => shadowRoot?.querySelector(selector)?.textContent.trim() ?? '';
      return {
        code: /[A-Z_]+$/.exec(textOf('.code'))?.[0] ?? '',
        what: textOf('h2'),
        remedy: textOf('.remedy'),
      };
    });
  }

  /** Reads which devices the wizard does not let the user select, and why. */
  async refusals(): Promise<Refusal[]> {
    const picker = await findElement(this.page, 'cardwright-device-picker');
    return picker.evaluate(({ shadowRoot }) =>
      [...(shadowRoot?.querySelectorAll('.unusable') ?? [])].map((line) => ({
        name: line.querySelector('.name')?.textContent ?? '',
        reason: line.querySelector('.reason')?.textContent ?? '',
      })),
    );
  }
}
