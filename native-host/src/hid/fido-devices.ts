import { CardwrightError } from '@cardwright/protocol';
import type { HidBinding, HidDeviceRecord, HidHandle } from './binding.js';
import { REPORT_LENGTH, type HidChannel } from './hid-channel.js';

/** How a FIDO authenticator identifies itself among HID devices (CTAP 2.1, 11.2.8.2). */
const FIDO_USAGE_PAGE = 0xf1d0;
const FIDO_USAGE = 1;
/** Limit of listed devices. More at one computer are not plausible. */
const MAX_DEVICES = 32;
/** Minimum length of a product's name that identifies a product. A shorter one may occur in any reader's name. */
const MIN_PRODUCT = 4;
const MAX_NAME = 126;

/** A FIDO authenticator on USB. */
export interface FidoHidDevice {
  /** The system's name of the device while it is plugged in. */
  readonly path: string;
  /** Such as `YubiKey OTP+FIDO+CCID`; empty where it has none. */
  readonly product: string;
  readonly manufacturer: string;
  readonly vendorId: number;
  readonly productId: number;
}

/** Lists the FIDO authenticators on USB. Empty without the library. */
export async function listFidoDevices(binding: HidBinding | undefined): Promise<readonly FidoHidDevice[]> {
  const records = (await binding?.devicesAsync()) ?? [];
  return records.flatMap((record) => fidoDeviceOf(record) ?? []).slice(0, MAX_DEVICES);
}

/**
 * Finds the authenticator that is the same device as the card in a reader.
 *
 * USB does not reveal this, so names decide, and only without doubt: the product name of exactly one authenticator occurs in this reader's
 * name, and occurs in no other reader's name. Undefined otherwise, for example with two keys of one model.
 *
 * @param readers the names of all readers, this one among them
 */
export function hidDeviceOfReader(
  reader: string,
  readers: readonly string[],
  devices: readonly FidoHidDevice[],
): FidoHidDevice | undefined {
  const [device, ...others] = devices.filter((one) => isNamedIn(reader, one));
  if (!device || others.length > 0) return undefined;
  return readers.filter((one) => isNamedIn(one, device)).length === 1 ? device : undefined;
}

/** Returns the authenticators that are in no reader, because their name occurs in none. */
export const hidOnlyDevices = (
  readers: readonly string[],
  devices: readonly FidoHidDevice[],
): readonly FidoHidDevice[] => devices.filter((device) => !readers.some((reader) => isNamedIn(reader, device)));

/**
 * Opens an authenticator.
 *
 * @throws CardwrightError `CARD_REMOVED` when it is gone, `FIDO_UNREACHABLE` when the system refuses: Windows does so to everyone but
 *   administrators, Linux to everyone without a rule for the device
 */
export async function openFidoDevice(binding: HidBinding, { path }: FidoHidDevice): Promise<HidChannel> {
  let handle: HidHandle;
  try {
    handle = await binding.HIDAsync.open(path);
  } catch (error) {
    const devices = await listFidoDevices(binding);
    const isThere = devices.some((device) => device.path === path);
    throw new CardwrightError(isThere ? 'FIDO_UNREACHABLE' : 'CARD_REMOVED', {}, { cause: error });
  }
  return new OpenHidDevice(handle);
}

class OpenHidDevice implements HidChannel {
  #isClosed = false;

  constructor(private readonly handle: HidHandle) {}

  async write(report: Uint8Array): Promise<void> {
    await unlessRemoved(() => this.handle.write([REPORT_NUMBER, ...report]));
  }

  async read(milliseconds: number): Promise<Uint8Array | undefined> {
    const report = await unlessRemoved(() => this.handle.read(milliseconds));
    return report && report.length > 0 ? Uint8Array.from(report).subarray(0, REPORT_LENGTH) : undefined;
  }

  async close(): Promise<void> {
    if (this.#isClosed) return;
    this.#isClosed = true;
    await this.handle.close();
  }
}

/** The number in reports of devices that do not number them. */
const REPORT_NUMBER = 0;

/** An error between open and close means that the device is gone. The library's errors contain only texts of the system. */
async function unlessRemoved<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw new CardwrightError('CARD_REMOVED', {}, { cause: error });
  }
}

function fidoDeviceOf(record: HidDeviceRecord): FidoHidDevice | undefined {
  const { path, product = '', manufacturer = '', vendorId, productId, usagePage, usage } = record;
  if (path === undefined || usagePage !== FIDO_USAGE_PAGE || usage !== FIDO_USAGE) return undefined;
  return { path, product: nameOf(product), manufacturer: nameOf(manufacturer), vendorId, productId };
}

/** A string descriptor has 126 characters at most (USB 2.0, 9.6.7). */
const nameOf = (text: string): string => text.trim().slice(0, MAX_NAME);

const isNamedIn = (reader: string, { product }: FidoHidDevice): boolean =>
  product.length >= MIN_PRODUCT && reader.includes(product);
