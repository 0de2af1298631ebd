import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { systemClock } from '../../../../native-host/src/clock.js';
import { DeviceHolder } from '../../../../native-host/src/devices/device-holder.js';
import { Inventory } from '../../../../native-host/src/devices/inventory.js';
import { UsbAuthenticators } from '../../../../native-host/src/devices/usb-authenticators.js';
import type { HidBinding } from '../../../../native-host/src/hid/binding.js';
import { Readers } from '../../../../native-host/src/pcsc/readers.js';
import { FakeBinding, numbered, READER } from './fake-binding.js';
import { FakeHid } from './fake-hid.js';

const { signal } = new AbortController();
const onWaiting = (): void => undefined;
describe('a device whose FIDO2 application is reached over USB HID alone', () => {
  let hid: FakeHid;
  let inventory: Inventory;
  let holder: DeviceHolder;

  beforeEach(() => {
    hid = new FakeHid(READER);
    start(() => Promise.resolve(hid));
  });
  afterEach(() => holder.shutdown());

  function start(load: () => Promise<HidBinding | undefined>): void {
    const binding = new FakeBinding();
    binding.answer = numbered('00bc614e');
    const readers = new Readers(
      () => Promise.resolve(binding),
      () => undefined,
    );
    const usb = new UsbAuthenticators(load, systemClock);
    const onTrouble = jest.fn();
    inventory = new Inventory(readers, onTrouble, usb);
    holder = new DeviceHolder(readers, inventory, onTrouble, usb);
  }

  const open = async () => {
    const { devices } = await inventory.list();
    return holder.open(devices[0]?.id ?? '', { signal, onWaiting });
  };

  it('is listed with both applications, and its authenticator is closed after the look', async () => {
    await expect(inventory.list()).resolves.toMatchObject({
      devices: [{ applications: ['piv', 'fido2'], fido2: { aaguid: '07070707-0707-0707-0707-070707070707' } }],
    });
    expect(hid.events).toEqual(['opened', 'closed']);
  });

  it('is asked for the state of its FIDO PIN there, and not while it is open', async () => {
    const [device] = (await inventory.list()).devices;
    if (!device) throw new Error('no device is listed');
    await expect(inventory.readFidoState(device, true)).resolves.toMatchObject({
      facts: { pinSet: null },
      retries: null,
    });
    expect(hid.events).toEqual(['opened', 'closed', 'opened', 'closed']);
    const opened = await open();
    await expect(inventory.readFidoState(opened, true)).resolves.toBeNull();
    expect(hid.events.slice(4)).toEqual(['opened']);
  });

  it('keeps its authenticator open while it is open, but not while it is released', async () => {
    await open();
    expect(hid.events).toEqual(['opened', 'closed', 'opened']);
    await holder.use(signal, async (device) => {
      expect(device.fido.transports).toEqual(['usb']);
      await holder.whileReleased(device, { signal, onWaiting }, () => {
        expect(hid.events.at(-1)).toBe('closed');
        return Promise.resolve();
      });
      expect(hid.events.at(-1)).toBe('opened');
    });
    await holder.close();
    expect(hid.events.at(-1)).toBe('closed');
  });

  it.each<[string, () => void]>([
    ['there is no library', () => start(() => Promise.resolve(undefined))],
    ['the library cannot list it', () => (hid.listing = new Error('no hidraw'))],
    ['the system does not let it be opened', () => (hid.refuses = true)],
    [
      'two keys of one model are plugged in',
      () => (hid.devices = [hid.record, { ...hid.record, path: '/dev/hidraw1' }]),
    ],
    ['no authenticator has the name of the reader', () => (hid.devices = [{ ...hid.record, product: 'Another key' }])],
  ])('has PIV alone when %s', async (_, happens) => {
    happens();
    await expect(open()).resolves.toMatchObject({ applications: ['piv'], fido2: null });
  });
});
