import { encodeCbor } from '../../../../native-host/src/applets/fido2/cbor.js';
import type { HidBinding, HidHandle } from '../../../../native-host/src/hid/binding.js';
import { FakeHidDevice } from '../fido2/hid-device.js';

const CTAPHID_CBOR = 0x10;
const INFO = encodeCbor(
  new Map<number, string[] | Uint8Array>([
    [1, ['FIDO_2_1']],
    [3, new Uint8Array(16).fill(7)],
  ]),
);

/** A HID library with one authenticator on USB, and counts of its openings and closings. */
export class FakeHid implements HidBinding {
  readonly events: string[] = [];
  readonly record;
  devices;
  refuses = false;
  /** The error with which the library answers instead of a list. */
  listing: Error | null = null;

  constructor(product: string) {
    this.record = { path: '/dev/hidraw0', product, vendorId: 0x1050, productId: 0x0407, usagePage: 0xf1d0, usage: 1 };
    this.devices = [this.record];
  }

  devicesAsync() {
    return this.listing ? Promise.reject(this.listing) : Promise.resolve(this.devices);
  }

  readonly HIDAsync = {
    open: (): Promise<HidHandle> => {
      if (this.refuses) return Promise.reject(new Error('cannot open device'));
      const device: FakeHidDevice = new FakeHidDevice(() => device.packets(CTAPHID_CBOR, Uint8Array.of(0, ...INFO)));
      this.events.push('opened');
      return Promise.resolve({
        // The report number comes first.
        write: (report) => device.write(Uint8Array.from(report.slice(1))).then(() => report.length),
        read: (milliseconds = 0) => device.read(milliseconds),
        close: () => Promise.resolve(void this.events.push('closed')),
      });
    },
  };
}
