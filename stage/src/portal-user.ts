import type { Dialog, Page } from 'puppeteer-core';
import { findElement, findText, waitIn } from './page-search.js';
import { closeReady, isWizardClosed, readyOrClosed } from './wizard-dialogs.js';
import type { Stage } from './stage.js';
import { type Look, WindowUser } from './window-user.js';

/** What the wizard asks its user to do for a passkey. */
type PasskeyTask =
  'choose-fido-pin' | 'enter-fido-pin' | 'reset-fido' | 'browser' | 'temporary-pin' | 'touch' | 'reinsert';

export interface Account {
  readonly username: string;
  readonly password: string;
}

/** What My Devices shows of one device. */
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

/** What the wizard says when something went wrong. */
export interface Failure {
  /** Of the error catalogue. */
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

/** A person at the portal: opens pages, clicks, and reads what is there. */
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

  /** Opens the portal in a further tab, where the same person is logged in already. */
  async newTab(): Promise<PortalUser> {
    return new PortalUser(this.stage, await this.stage.page(), this.account, this.look);
  }

  /** Reloads the page, and means it where the browser asks. */
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
   * The same on a page in which the user has not done anything lately, as after a reload: the wizard has a button for it, unless the
   * driver that watches the page was quicker and counted as its user.
   */
  async allowSiteWithoutClick(): Promise<void> {
    const press = this.pane('allow').then(() => this.click('#allow'));
    await Promise.race([this.window('consent'), press]);
    await this.allowSite();
  }

  /** Waits until the wizard shows a pane, and looks at it. */
  async pane(name: PaneName): Promise<void> {
    await this.paneBehind(name);
    await this.look(this.page, `wizard-${name}`);
  }

  /** Waits until the wizard shows one of several panes, looks at it, and says which one it is. */
  async meets<Name extends PaneName>(...names: readonly Name[]): Promise<Name> {
    const dialog = await findElement(this.page, names.map((name) => `cardwright-dialog[data-pane="${name}"]`).join());
    const shown = await dialog.evaluate((element) => element.getAttribute('data-pane'));
    const met = names.find((name) => name === shown);
    // It showed another pane before that could be read.
    if (met === undefined) return this.meets(...names);
    await this.look(this.page, `wizard-${met}`);
    return met;
  }

  /** Waits until the wizard has a pane, also in a page that is behind another and so cannot be looked at. */
  async paneBehind(name: PaneName): Promise<void> {
    await findElement(this.page, `cardwright-dialog[data-pane="${name}"]`);
  }

  /** Looks at a page or a window. */
  async lookAt(page: Page, name: string): Promise<void> {
    await this.look(page, name);
  }

  /** Selects a device of the wizard's list: by what stands in its line. */
  async choose(text: string): Promise<void> {
    await this.click('label.device', text);
  }

  /** Waits until the wizard has closed; where it says that the device is ready, the user closes it. */
  async wizardCloses(): Promise<void> {
    const shown = await waitIn(this.page, readyOrClosed);
    if ((await shown.jsonValue()) === 'ready') {
      await this.look(this.page, 'wizard-ready');
      await this.page.evaluate(closeReady);
    }
    await waitIn(this.page, isWizardClosed);
  }

  /** Waits until an issuance has ended: the wizard has closed, or says that an operator has to approve the device. */
  issuanceEnds(): Promise<'closed' | 'awaiting-approval'> {
    return Promise.race([
      this.wizardCloses().then(() => 'closed' as const),
      this.pane('awaiting-approval').then(() => 'awaiting-approval' as const),
    ]);
  }

  async hasWizardOpen(): Promise<boolean> {
    return !(await this.page.evaluate(isWizardClosed));
  }

  /** Reads My Devices, once it is there and shows so many devices; without a count, whatever it shows. */
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
   * As an operator: does something to the first device in the table that allows it.
   *
   * @param reason for the actions that ask for one, since they cannot be undone
   */
  async act(action: OperatorAction, reason = 'It was asked for.'): Promise<void> {
    await this.click(`button[data-action="${action}"]`);
    if (!ASKED_ABOUT.has(action)) return;
    await this.type('dialog[open] #reason', reason);
    if (action === 'terminate') await this.click('dialog[open] #meant');
    await this.look(this.page, `operator-${action}`);
    await this.click('dialog[open] #confirm');
  }

  /** As an operator: has the initial PIN of the first device shown, which asks for the password again, and reads it. */
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

  /** Clicks an element, in any shadow tree: the first that matches and in which the text stands. */
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

  /** Waits until a text stands somewhere on the page. */
  async reads(text: string): Promise<void> {
    await findText(this.page, text);
  }

  /** Presses the button that leads on after a failure, such as Try again or Reload page. */
  async goOn(): Promise<void> {
    await this.click('#retry');
  }

  /** Waits until the wizard says that something went wrong, and reads what it says. */
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

  /** Reads the wizard's devices that cannot be selected, and why. */
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
