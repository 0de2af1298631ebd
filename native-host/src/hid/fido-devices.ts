import { CardwrightError } from '@cardwright/protocol';
import type { HidBinding, HidDeviceRecord, HidHandle } from './binding.js';
import { REPORT_LENGTH, type HidChannel } from './hid-channel.js';

/** Usage page and usage by which a FIDO authenticator is recognised among HID devices (CTAP 2.1, 11.2.8.2). */
const FIDO_USAGE_PAGE = 0xf1d0;
const FIDO_USAGE = 1;
/** Largest number of listed authenticators. More authenticators on one computer are not plausible. */
const MAX_DEVICES = 32;
/** Shortest product name that is compared with readers' names. A shorter name may occur in any reader's name. */
const MIN_PRODUCT = 4;
const MAX_NAME = 126;

/** A FIDO authenticator on USB. */
export interface FidoHidDevice {
  /** The operating system's name of the device while it is plugged in. */
  readonly path: string;
  /** Product name, such as `YubiKey OTP+FIDO+CCID`; empty if the device has no product name. */
  readonly product: string;
  readonly manufacturer: string;
  readonly vendorId: number;
  readonly productId: number;
}

/** Lists the FIDO authenticators on USB. Returns an empty list if the HID library is missing. */
export async function listFidoDevices(binding: HidBinding | undefined): Promise<readonly FidoHidDevice[]> {
  const records = (await binding?.devicesAsync()) ?? [];
  return records.flatMap((record) => fidoDeviceOf(record) ?? []).slice(0, MAX_DEVICES);
}

/**
 * Finds the authenticator that is the same device as the card in a reader.
 *
 * Neither USB nor PC/SC reveals that both belong to one device, so names decide: the product name of exactly one authenticator must occur in this
 * reader's name, and in no other reader's name. Returns undefined in all other cases, for example if two keys of one model are plugged in.
 *
 * @param readers the names of all readers, including this one
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

/** Returns the authenticators without a reader: the product name occurs in no reader's name, or is too short to be compared. */
export const hidOnlyDevices = (
  readers: readonly string[],
  devices: readonly FidoHidDevice[],
): readonly FidoHidDevice[] => devices.filter((device) => !readers.some((reader) => isNamedIn(reader, device)));

/**
 * Opens an authenticator.
 *
 * @throws CardwrightError `CARD_REMOVED` if the authenticator is gone, `FIDO_UNREACHABLE` if the authenticator is present but cannot be opened:
 *   Windows admits only administrators, Linux only users for whom udev has a rule
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

/** Report number of a device that does not number its reports. */
const REPORT_NUMBER = 0;

/** Turns any error of the open device into `CARD_REMOVED`, because the library reports errors of an open device only when the device is gone. */
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

/** Trims a name. A string descriptor has 126 characters at most (USB 2.0, 9.6.7). */
const nameOf = (text: string): string => text.trim().slice(0, MAX_NAME);

const isNamedIn = (reader: string, { product }: FidoHidDevice): boolean =>
  product.length >= MIN_PRODUCT && reader.includes(product);
