import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { onComputer, type System } from '../system/system.js';

/** Folder of pcsc-lite's USB drivers, each with a list of the readers that it supports (ifdhandler.h; pcsc-lite, "Info.plist"). */
const DRIVERS = '/usr/lib/pcsc/drivers';
const USB_DEVICES = '/sys/bus/usb/devices';

/**
 * Finds the driver and the firmware of a USB reader by the reader's name. Returns null if no driver has a reader of this name, and on systems other
 * than Linux.
 */
export function hardwareOf(system: System, reader: string): string | null {
  if (system.platform !== 'linux') return null;
  for (const folder of listed(onComputer(system, DRIVERS))) {
    const plist = read(path.join(onComputer(system, DRIVERS), folder, 'Contents/Info.plist'));
    const device = plist === null ? null : deviceNamed(plist, reader);
    if (plist === null || device === null) continue;
    const driver =
      `driver ${folder.replace(/\.bundle$/, '')} ${valueOf(plist, 'CFBundleShortVersionString') ?? ''}`.trim();
    const firmware = firmwareOf(system, device);
    return `USB ${device.vendor}:${device.product}, ${driver}${firmware === null ? '' : `, firmware ${firmware}`}`;
  }
  return null;
}

interface UsbDevice {
  /** Ids of vendor and product, four hexadecimal digits each. */
  readonly vendor: string;
  readonly product: string;
}

/**
 * Finds, in a driver's list, the device whose friendly name is the longest prefix of the reader's name. Returns null if the list has no such
 * device. pcscd appends the serial number, the interface and counters to the friendly name.
 */
function deviceNamed(plist: string, reader: string): UsbDevice | null {
  const names = listOf(plist, 'ifdFriendlyName');
  const vendors = listOf(plist, 'ifdVendorID');
  const products = listOf(plist, 'ifdProductID');
  const fitting = names
    .map((name, index) => ({ name, index }))
    .filter(({ name }) => name !== '' && reader.startsWith(name));
  const [longest] = fitting.sort((a, b) => b.name.length - a.name.length);
  const [vendor, product] = longest ? [vendors[longest.index], products[longest.index]] : [];
  return vendor === undefined || product === undefined ? null : { vendor: digits(vendor), product: digits(product) };
}

/** Reads the release number of the first device with these ids on the bus (USB 2.0, 9.6.1: bcdDevice), such as 5.27. */
function firmwareOf(system: System, { vendor, product }: UsbDevice): string | null {
  const folder = onComputer(system, USB_DEVICES);
  for (const name of listed(folder)) {
    const value = (file: string): string => read(path.join(folder, name, file))?.trim() ?? '';
    if (value('idVendor') !== vendor || value('idProduct') !== product) continue;
    const [, major, minor] = /^(\d\d)(\d\d)$/.exec(value('bcdDevice')) ?? [];
    return major === undefined || minor === undefined ? null : `${Number(major)}.${minor}`;
  }
  return null;
}

const digits = (number: string): string => number.replace(/^0x/i, '').toLowerCase().padStart(4, '0');

/** Reads the strings of an array in a property list. `&amp;` is the only entity in reader names. */
function listOf(plist: string, key: string): string[] {
  const [, array = ''] = new RegExp(`<key>${key}</key>\\s*<array>([^]*?)</array>`).exec(plist) ?? [];
  return [...array.matchAll(/<string>([^<]*)<\/string>/g)].map(([, value = '']) => value.replaceAll('&amp;', '&'));
}

const valueOf = (plist: string, key: string): string | undefined =>
  new RegExp(`<key>${key}</key>\\s*<string>([^<]*)</string>`).exec(plist)?.[1];

function listed(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

function read(file: string): string | null {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return null;
  }
}
