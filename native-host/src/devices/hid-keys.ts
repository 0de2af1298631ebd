import { HidCtap } from '../applets/fido2/hid-ctap.js';
import type { Cancel, Clock } from '../clock.js';
import type { HidBinding } from '../hid/binding.js';
import { hidOnlyDevices, listFidoDevices, openFidoDevice, type FidoHidDevice } from '../hid/fido-devices.js';
import {
  PCSC_CODE,
  PcscError,
  type PcscBinding,
  type PcscCard,
  type PcscContext,
  type PcscListener,
} from '../pcsc/binding.js';
import { HidCard } from './hid-card.js';

/** Milliseconds between two listings of the USB HID devices. The HID library has no event for a key that is plugged in or removed. */
const INTERVAL = 1_000;

/**
 * Adds to PC/SC the security keys that are reached over USB HID, and not through a reader. Each key looks like a reader of its own, named after the
 * product, with a card in it. Without such keys, or without the library for HID, only the readers of PC/SC are reported.
 */
export const withHidKeys = (
  pcsc: PcscBinding,
  loadHid: () => Promise<HidBinding | undefined>,
  clock: Clock,
): PcscBinding => ({
  open(listener) {
    const keys = new HidKeys(listener, loadHid, clock);
    const context = pcsc.open({
      onReaders: (names) => keys.noteReaders(names),
      onStatus: (reader, status) => listener.onStatus(reader, status),
      onFailure: (error) => {
        keys.close();
        listener.onFailure(error);
      },
    });
    return keys.beside(context);
  },
});

/** A key that is presented as a reader. The path of its HID device identifies the key. */
interface Key {
  readonly device: FidoHidDevice;
  readonly reader: string;
  readonly event: number;
}

class HidKeys {
  #readers: readonly string[] | undefined;
  #keys: readonly Key[] = [];
  /**
   * Paths of the keys in the previous listing; undefined before the first listing. After the first listing, a key is reported only if the
   * previous listing had it too, because its PC/SC reader may appear a little later than its HID device.
   */
  #seen: ReadonlySet<string> | undefined;
  #events = 0;
  #binding: HidBinding | undefined;
  /** The latest listing; undefined before the first listing. */
  #devices: readonly FidoHidDevice[] | undefined;
  #isClosed = false;
  #cancel: Cancel = () => undefined;

  constructor(
    private readonly listener: PcscListener,
    load: () => Promise<HidBinding | undefined>,
    private readonly clock: Clock,
  ) {
    void load().then((binding) => {
      this.#binding = binding;
      return this.#look();
    });
  }

  noteReaders(names: readonly string[]): void {
    this.#readers = names;
    // The readers are first reported together with the keys, after the first listing.
    if (this.#devices) this.#tell(this.#devices);
  }

  beside(context: PcscContext): PcscContext {
    return {
      connect: (reader, mode) => {
        const key = this.#keys.find((one) => one.reader === reader);
        return key ? this.#connect(key) : context.connect(reader, mode);
      },
      close: () => {
        this.close();
        return context.close();
      },
    };
  }

  close(): void {
    this.#isClosed = true;
    this.#cancel();
  }

  async #connect({ device }: Key): Promise<PcscCard> {
    if (!this.#binding) throw new PcscError(PCSC_CODE.READER_UNAVAILABLE, 'there is no library for HID');
    const channel = await openFidoDevice(this.#binding, device);
    try {
      const ctap = await HidCtap.open(channel, this.clock);
      if (ctap) return new HidCard(ctap, channel, this.clock);
    } catch (error) {
      await channel.close();
      throw error;
    }
    await channel.close();
    throw new PcscError(PCSC_CODE.UNSUPPORTED_CARD, 'the key knows CTAP1 alone');
  }

  async #look(): Promise<void> {
    const devices = await listFidoDevices(this.#binding).catch(() => []);
    if (this.#isClosed) return;
    const isChanged = JSON.stringify(devices) !== JSON.stringify(this.#devices) || this.#isNewsLeft(devices);
    if (isChanged) this.#tell(devices);
    this.#seen = new Set(devices.map(({ path }) => path));
    this.#devices = devices;
    if (this.#binding) this.#cancel = this.clock.after(INTERVAL, () => void this.#look(), { background: true });
  }

  /** True if a listing contains a key that has no reader and has not been reported yet. */
  #isNewsLeft(devices: readonly FidoHidDevice[]): boolean {
    const told = this.#keys.map(({ device }) => device.path);
    return hidOnlyDevices(this.#readers ?? [], devices).some(({ path }) => !told.includes(path));
  }

  #tell(devices: readonly FidoHidDevice[]): void {
    if (!this.#readers) return;
    const { keys, fresh } = this.#keysOf(hidOnlyDevices(this.#readers, devices));
    this.#keys = keys;
    this.listener.onReaders([...this.#readers, ...keys.map(({ reader }) => reader)]);
    for (const { reader, event } of fresh)
      this.listener.onStatus(reader, {
        present: true,
        mute: false,
        inUse: false,
        events: event,
        atr: new Uint8Array(),
      });
  }

  #keysOf(devices: readonly FidoHidDevice[]): { readonly keys: readonly Key[]; readonly fresh: readonly Key[] } {
    const kept = this.#keys.filter(({ device }) => devices.some(({ path }) => path === device.path));
    const isOld = ({ path }: FidoHidDevice): boolean => kept.some(({ device }) => device.path === path);
    const isThere = ({ path }: FidoHidDevice): boolean => this.#seen?.has(path) ?? true;
    const fresh: Key[] = [];
    for (const device of devices.filter((one) => !isOld(one) && isThere(one))) {
      const taken = [...kept, ...fresh].map(({ reader }) => reader);
      fresh.push({ device, reader: freeName(device.product || 'Security key', taken), event: (this.#events += 1) });
    }
    return { keys: [...kept, ...fresh], fresh };
  }
}

/** Returns the name of the reader that stands for a key: the product name, followed by a number if the product name is already among `taken`. */
function freeName(product: string, taken: readonly string[]): string {
  const names = [product, ...taken.map((_, index) => `${product} ${index + 2}`)];
  return names.find((name) => !taken.includes(name)) ?? product;
}
