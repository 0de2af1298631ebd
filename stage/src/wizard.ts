import type { Page } from 'puppeteer-core';
import { clickElement, findElement, waitIn } from './page-search.js';
import type { Look } from './window-user.js';
import { closeReady, isWizardClosed, readyOrClosed } from './wizard-dialogs.js';

/** Actions that the wizard asks its user for when it creates a passkey. */
type PasskeyTask =
  | 'choose-fido-pin'
  | 'enter-fido-pin'
  | 'reset-fido'
  | 'browser'
  | 'temporary-pin'
  | 'touch'
  | 'reinsert';

/** Panes of the wizards `<cardwright-add-device>` and `<cardwright-operation>`. `passkey` is several: one for each task. */
export const WIZARD_PANES = [
  'check',
  'allow',
  'refused',
  'no-reader',
  'search',
  'connect',
  'choose',
  'erase',
  'progress',
  'pin',
  'passkey',
  'stop',
  'pending',
  'awaiting-approval',
  'ready',
  'prove',
  'code',
  'error',
] as const;

/** A pane as its dialog names it, in `data-pane`. */
export type PaneName = Exclude<(typeof WIZARD_PANES)[number], 'passkey'> | `passkey-${PasskeyTask}`;

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

/** The wizard that is open in My Devices, as a user operates it. */
export class Wizard {
  constructor(
    private readonly page: Page,
    private readonly look: Look,
  ) {}

  /** Waits until the wizard shows a pane, and reports the pane to `look`. */
  async pane(name: PaneName): Promise<void> {
    await this.paneBehind(name);
    await this.look(this.page, `wizard-${name}`);
  }

  /** Waits until the wizard shows one of several panes, reports this pane to `look`, and returns the pane's name. */
  async meets<Name extends PaneName>(...names: readonly Name[]): Promise<Name> {
    const dialog = await findElement(this.page, names.map((name) => `cardwright-dialog[data-pane="${name}"]`).join());
    const shown = await dialog.evaluate((element) => element.getAttribute('data-pane'));
    const met = names.find((name) => name === shown);
    // The wizard has already gone on to a pane that is not awaited.
    if (met === undefined) return this.meets(...names);
    await this.look(this.page, `wizard-${met}`);
    return met;
  }

  /** Waits until the wizard shows a pane. Does not call `look`, because a page behind another page has no screenshot. */
  async paneBehind(name: PaneName): Promise<void> {
    await findElement(this.page, `cardwright-dialog[data-pane="${name}"]`);
  }

  /** Selects a device in the wizard's list by a text of its line. */
  async choose(text: string): Promise<void> {
    await clickElement(this.page, 'label.device', text);
  }

  /** Waits until the wizard has closed. If the wizard first says that the device is ready, presses Done. */
  async closes(): Promise<void> {
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
      this.closes().then(() => 'closed' as const),
      this.pane('awaiting-approval').then(() => 'awaiting-approval' as const),
    ]);
  }

  /** True while a wizard is open, and before the page has its wizards. */
  async isOpen(): Promise<boolean> {
    return !(await this.page.evaluate(isWizardClosed));
  }

  /** Presses the button with which the user continues after a failure, such as Try again or Reload page. */
  async retry(): Promise<void> {
    await clickElement(this.page, '#retry');
  }

  /** Waits until the wizard reports a failure, and reads the report. */
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
