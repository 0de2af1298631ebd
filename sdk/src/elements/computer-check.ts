import { CardwrightError } from '@cardwright/protocol';
import type { Client } from '../client.js';
import { checkComputer } from './check-computer.js';
import { checksAt } from './checks.js';
import { DeviceWatch } from './device-watch.js';
import type { CheckingPane } from './panes.js';
import { RefusalWatch } from './refusal-watch.js';

/** The step that checks the computer: what it shows, and what the user does meanwhile. */
export class ComputerCheck {
  #client: Client | undefined;
  /** What it waits for, which the user may have it look for. */
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
   * Opens a session with everything that a device needs, and waits until there is a reader or a security key. The session before it
   * ends.
   *
   * @throws CardwrightError as `checkComputer`, or what listing the devices threw
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
        this.#awaited = refusal;
        return refusal.end();
      },
    });
    this.#client = client;
    this.#showWindow = () => client.showWindow();
    await this.#findReader(client);
    return client;
  }

  /** The user wants to be asked for access again. */
  askForAccess(): void {
    this.#wish?.();
  }

  /**
   * Brings the extension's window to the front that waits for the user.
   *
   * @throws CardwrightError `WINDOW_NOT_ALLOWED` where there is none, or the extension does not let it
   */
  async showWindow(): Promise<void> {
    if (!this.#showWindow) throw new CardwrightError('WINDOW_NOT_ALLOWED');
    await this.#showWindow();
  }

  /** Looks again for what it waits for: a reader, or that the site may ask. */
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
    this.#awaited = reader;
    await reader.find();
  }
}
