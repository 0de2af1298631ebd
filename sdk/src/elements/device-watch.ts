import { CardwrightError } from '@cardwright/protocol';
import type { DeviceListing } from '@cardwright/protocol/devices';
import type { Client } from '../client.js';

/**
 * Searches the connected devices until something is found: when the search starts, at every change, and whenever the user wishes.
 *
 * @param T type of the result
 */
export class DeviceWatch<T> {
  #settle: (found: T) => void = () => undefined;
  #give: (error: unknown) => void = () => undefined;
  #listings = 0;

  constructor(
    private readonly client: Client,
    private readonly signal: AbortSignal,
    /**
     * Searches a listing. Returns undefined if the listing contains nothing suitable. A search must show nothing to the user once
     * `isCurrent` returns false, because there is a newer listing by then.
     */
    private readonly look: (listing: DeviceListing, isCurrent: () => boolean) => Promise<T | undefined> | T | undefined,
  ) {}

  /**
   * Starts the search, and resolves with the result.
   *
   * @throws CardwrightError `CANCELLED`, the reason why the session ended, or an error of `device.list` or of `look`
   */
  async find(): Promise<T> {
    const found = new Promise<T>((resolve, reject) => {
      this.#settle = resolve;
      this.#give = reject;
    });
    const cancel = (): void => this.#give(new CardwrightError('CANCELLED'));
    const lose = (): void => this.#give(this.client.closed.reason);
    this.signal.addEventListener('abort', cancel);
    this.client.closed.addEventListener('abort', lose);
    const stop = this.client.on('device.changed', (listing) => this.#hear(listing));
    this.refresh();
    try {
      return await found;
    } finally {
      stop();
      this.signal.removeEventListener('abort', cancel);
      this.client.closed.removeEventListener('abort', lose);
    }
  }

  /** Lists the devices again. */
  refresh(): void {
    this.client.call('device.list', {}, { signal: this.signal }).then(
      (listing) => this.#judge(listing),
      (error: unknown) => this.#give(error),
    );
  }

  /** Ends the search with the result that the user has chosen. */
  take(found: T): void {
    this.#settle(found);
  }

  /**
   * Handles the listing in a notification. If the listing has no reader, the smart card service may have stopped. Only `device.list`
   * reports this, so the devices are then listed again.
   */
  #hear(listing: DeviceListing): void {
    if (listing.readers.length === 0) this.refresh();
    else void this.#judge(listing);
  }

  async #judge(listing: DeviceListing): Promise<void> {
    this.#listings += 1;
    const turn = this.#listings;
    const isCurrent = (): boolean => turn === this.#listings;
    try {
      const found = await this.look(listing, isCurrent);
      if (found !== undefined && isCurrent()) this.#settle(found);
    } catch (error) {
      this.#give(error);
    }
  }
}
