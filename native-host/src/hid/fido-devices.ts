import { CardwrightError } from '@cardwright/protocol';
import type { HidBinding, HidDeviceRecord, HidHandle } from './binding.js';
import { REPORT_LENGTH, type HidChannel } from './hid-channel.js';

/** What a FIDO authenticator calls itself among HID devices (CTAP 2.1, 11.2.8.2). */
const FIDO_USAGE_PAGE = 0xf1d0;
const FIDO_USAGE = 1;
/** Devices that are listed: more at one computer is not believed. */
const MAX_DEVICES = 32;
/** Characters of a product's name without which it names nothing, so that it may stand in any reader's name. */
const MIN_PRODUCT = 4;
const MAX_NAME = 126;

/** A FIDO authenticator on USB. */
export interface FidoHidDevice {
  /** Names it to the system, as long as it is plugged in. */
  readonly path: string;
  /** Such as `YubiKey OTP+FIDO+CCID`; empty where it does not tell. */
  readonly product: string;
  readonly manufacturer: string;
  readonly vendorId: number;
  readonly productId: number;
}

/** The FIDO authenticators on USB; none where there is no library. */
export async function listFidoDevices(binding: HidBinding | undefined): Promise<readonly FidoHidDevice[]> {
  const records = (await binding?.devicesAsync()) ?? [];
  return records.flatMap((record) => fidoDeviceOf(record) ?? []).slice(0, MAX_DEVICES);
}

/**
 * The authenticator that is the same device as what is in a reader. Nothing on USB says so, so that it is concluded from names,
 * and only where there is no doubt: exactly one authenticator has a product name that stands in the reader's, and this name stands
 * in no other reader's. Undefined otherwise, for example with two keys of one model.
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

/** The authenticators that are in no reader: those whose name stands in none. */
export const hidOnlyDevices = (
  readers: readonly string[],
  devices: readonly FidoHidDevice[],
): readonly FidoHidDevice[] => devices.filter((device) => !readers.some((reader) => isNamedIn(reader, device)));

/**
 * Opens an authenticator.
 *
 * @throws CardwrightError `CARD_REMOVED` when it is gone, `FIDO_UNREACHABLE` when the system does not let it be opened: Windows
 *   everyone who is no administrator, Linux whoever has no rule for the device
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

/** Of devices that do not number their reports. */
const REPORT_NUMBER = 0;

/** What fails between open and close is the device, which is gone: the library's errors are texts of the system alone. */
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
