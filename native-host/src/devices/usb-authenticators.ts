import { isCardwrightError } from '@cardwright/protocol';
import { Authenticator } from '../applets/fido2/authenticator.js';
import type { Clock } from '../clock.js';
import type { HidBinding } from '../hid/binding.js';
import { hidDeviceOfReader, listFidoDevices, openFidoDevice } from '../hid/fido-devices.js';
import type { HidChannel } from '../hid/hid-channel.js';

/**
 * Opens FIDO2 applications over USB HID that cannot be reached through the reader of the same device. A YubiKey before firmware 5.8 has such a FIDO2
 * application while it is plugged into USB. The names of authenticator and reader show whether both belong to one device: see `hidDeviceOfReader`.
 */
export class UsbAuthenticators {
  #binding: Promise<HidBinding | undefined> | undefined;
  /** Open channels by the name of the reader. */
  readonly #open = new Map<string, HidChannel>();

  constructor(
    /** Loads the HID library, which is optional native code. Called on first use. Resolves with undefined if the library is missing. */
    private readonly load: () => Promise<HidBinding | undefined>,
    private readonly clock: Clock,
  ) {}

  /**
   * Opens the authenticator that is the same device as the card in a reader. Returns null if there is no such authenticator, or if it cannot be used.
   *
   * @param readers the names of all readers, including this one
   * @throws CardwrightError `CANCELLED`
   * @throws any error of the HID library when it closes an authenticator that was still open for this reader
   */
  async take(
    reader: string,
    readers: readonly string[],
    signal: AbortSignal | undefined,
  ): Promise<Authenticator | null> {
    await this.release(reader);
    const binding = await (this.#binding ??= this.load());
    if (!binding) return null;
    try {
      const device = hidDeviceOfReader(reader, readers, await listFidoDevices(binding));
      if (!device) return null;
      const channel = await openFidoDevice(binding, device);
      this.#open.set(reader, channel);
      return await Authenticator.overHid(channel, this.clock, signal);
    } catch (error) {
      if (isCardwrightError(error, 'CANCELLED')) throw error;
      // The operating system reserves the authenticator, another program uses it, its answers are wrong, or the library cannot list it. PIV
      // works all the same.
      return null;
    }
  }

  /** Closes the authenticator that was opened for a reader, if any. */
  async release(reader: string): Promise<void> {
    const channel = this.#open.get(reader);
    this.#open.delete(reader);
    await channel?.close();
  }
}
