import { CardwrightError } from '@cardwright/protocol';
import type { Client } from '../client.js';
import { checkComputer } from './check-computer.js';
import { checksAt } from './checks.js';
import { DeviceWatch } from './device-watch.js';
import type { CheckingPane } from './panes.js';
import { RefusalWatch } from './refusal-watch.js';

/** The step of a dialog that checks the computer. This class reports the pane to show, and takes the user's actions. */
export class ComputerCheck {
  #client: Client | undefined;
  /** The condition that is being waited for; `refresh` checks it again. */
  #awaited: { readonly refresh: () => void } | undefined;
  #wish: (() => void) | undefined;
  #showWindow: (() => Promise<void>) | undefined;

  constructor(
    private readonly signal: AbortSignal,
    private readonly show: (pane: CheckingPane) => void,
  ) {
    signal.addEventListener('abort', () => this.askForAccess());
  }

  /**
   * Opens a session for an operation, and waits until a reader or a security key is connected. Closes a previous session first.
   *
   * @throws CardwrightError the errors of `checkComputer` and of `device.list`; `CANCELLED` if the signal was aborted; or the reason why
   * the session ended
   */
  async pass(): Promise<Client> {
    this.close();
    const client = await checkComputer({
      signal: this.signal,
      onChecks: (checks) => this.show({ name: 'check', checks }),
      onAsked: (showWindow) => {
        this.#showWindow = showWindow;
      },
      waitForConsentWish: (checks) => {
        this.show({ name: 'allow', checks });
        return new Promise((resolve) => {
          this.#wish = resolve;
        });
      },
      waitForPardon: (error, checks) => {
        const refusal = new RefusalWatch(this.signal, (isStill) =>
          this.show({ name: 'refused', checks, error, isStill }),
        );
        return this.#await(refusal, refusal.end());
      },
    });
    this.#client = client;
    this.#showWindow = () => client.showWindow();
    await this.#findReader(client);
    return client;
  }

  /** Asks the user for access again, because the user wishes it. Does nothing if the check is not waiting for this wish. */
  askForAccess(): void {
    this.#wish?.();
  }

  /**
   * Brings to the front the extension window that waits for the user.
   *
   * @throws CardwrightError `WINDOW_NOT_ALLOWED` if no window is waiting, or the extension refuses
   */
  async showWindow(): Promise<void> {
    if (!this.#showWindow) throw new CardwrightError('WINDOW_NOT_ALLOWED');
    await this.#showWindow();
  }

  /**
   * Checks again what is being waited for: whether there is a reader, or whether the site may ask for access. Does nothing if the check waits
   * for neither.
   */
  refresh(): void {
    this.#awaited?.refresh();
  }

  /** Ends the session. */
  close(): void {
    this.#client?.close();
  }

  async #findReader(client: Client): Promise<void> {
    const reader = new DeviceWatch(client, this.signal, ({ readers }) => {
      if (readers.length > 0) return readers;
      this.show({ name: 'no-reader', checks: checksAt('reader', 'failed') });
      return undefined;
    });
    await this.#await(reader, reader.find());
  }

  async #await(awaited: { readonly refresh: () => void }, end: Promise<unknown>): Promise<void> {
    this.#awaited = awaited;
    await end.finally(() => {
      this.#awaited = undefined;
    });
  }
}
