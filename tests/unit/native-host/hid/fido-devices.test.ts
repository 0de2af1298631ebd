import { describe, expect, it } from '@jest/globals';
import type { HidBinding, HidDeviceRecord, HidHandle } from '../../../../native-host/src/hid/binding.js';
import {
  hidDeviceOfReader,
  hidOnlyDevices,
  listFidoDevices,
  openFidoDevice,
  type FidoHidDevice,
} from '../../../../native-host/src/hid/fido-devices.js';
import { loadHidBinding } from '../../../../native-host/src/hid/load-binding.js';

const FIDO = { vendorId: 0x1050, productId: 0x0407, usagePage: 0xf1d0, usage: 1 };
const YUBIKEY = 'YubiKey OTP+FIDO+CCID';
const READER = `Yubico ${YUBIKEY} 00 00`;
const OTHER_READER = 'ACS ACR1252 Dual Reader 00 01';

const device = (product: string, path = product): FidoHidDevice => ({
  path,
  product,
  manufacturer: '',
  vendorId: 1,
  productId: 2,
});

function bindingOf(records: readonly HidDeviceRecord[], open: () => Promise<HidHandle>): HidBinding {
  return { devicesAsync: () => Promise.resolve(records), HIDAsync: { open } };
}
const refusing = () => Promise.reject(new TypeError('cannot open device'));

describe('FIDO authenticators on USB', () => {
  it('are the devices with the FIDO usage page', async () => {
    const records = [
      { ...FIDO, path: '/dev/hidraw3', product: ` ${YUBIKEY} `, manufacturer: 'Yubico' },
      { ...FIDO, path: '/dev/hidraw2', usagePage: 1, usage: 6, product: YUBIKEY },
      { ...FIDO, path: '/dev/hidraw4', usage: 2 },
      { ...FIDO, path: undefined },
      { ...FIDO, path: '/dev/hidraw5' },
    ];
    expect(await listFidoDevices(bindingOf(records, refusing))).toMatchObject([
      { path: '/dev/hidraw3', product: YUBIKEY, manufacturer: 'Yubico' },
      { path: '/dev/hidraw5', product: '' },
    ]);
  });

  it('are none without the library', async () => {
    expect(await listFidoDevices(undefined)).toEqual([]);
  });

  it('can be listed with the installed library, whatever is plugged in', async () => {
    const binding = await loadHidBinding();
    expect(typeof binding?.HIDAsync.open).toBe('function');
  });

  it.each([
    ['FIDO_UNREACHABLE', [{ ...FIDO, path: '/dev/hidraw3' }]],
    ['CARD_REMOVED', []],
  ])('give %s when they cannot be opened', async (code, records) => {
    const opening = openFidoDevice(bindingOf(records, refusing), device(YUBIKEY, '/dev/hidraw3'));
    await expect(opening).rejects.toMatchObject({ code });
  });

  it('carry reports with number 0, and end as removed cards do', async () => {
    const written: number[][] = [];
    const reports = [Buffer.alloc(64, 7), Buffer.alloc(0), undefined];
    const handle = {
      write: (report: number[]) => Promise.resolve(written.push(report)),
      read: () => (reports.length > 0 ? Promise.resolve(reports.shift()) : Promise.reject(new Error('gone'))),
      close: () => Promise.resolve(),
    };
    const channel = await openFidoDevice(
      bindingOf([], () => Promise.resolve(handle)),
      device(YUBIKEY),
    );
    await channel.write(new Uint8Array(64).fill(9));
    expect(written).toEqual([[0, ...new Array<number>(64).fill(9)]]);
    expect(await channel.read(1)).toEqual(new Uint8Array(64).fill(7));
    expect(await channel.read(1)).toBeUndefined();
    expect(await channel.read(1)).toBeUndefined();
    await expect(channel.read(1)).rejects.toMatchObject({ code: 'CARD_REMOVED' });
  });
});

describe('an authenticator on USB and a reader', () => {
  const key = device(YUBIKEY);
  const twin = device(YUBIKEY, 'twin');

  it.each<[string, readonly string[], readonly FidoHidDevice[], FidoHidDevice | undefined]>([
    ['are one device where the name fits once', [READER, OTHER_READER], [key, device('Titan Security Key')], key],
    ['are not, where no name fits', [READER], [device('Titan Security Key')], undefined],
    ['are not, where two of one model are plugged in', [READER], [key, twin], undefined],
    ['are not, where two readers have that name', [READER, READER.replace('00 00', '01 00')], [key], undefined],
    ['are not, where the device has no name', [READER], [device('')], undefined],
    ['are not, where its name says nothing', [READER], [device('Yub')], undefined],
    ['are not, where one name is a part of the other', [READER], [key, device('YubiKey')], undefined],
  ])('%s', (_what, readers, devices, expected) => {
    expect(hidDeviceOfReader(READER, readers, devices)).toBe(expected);
  });

  it('are two devices if the key is in no reader', () => {
    const other = device('Titan Security Key');
    expect(hidOnlyDevices([READER, OTHER_READER], [key, other])).toEqual([other]);
    expect(hidOnlyDevices([READER], [key, twin])).toEqual([]);
    expect(hidOnlyDevices([], [key, twin])).toEqual([key, twin]);
  });
});
