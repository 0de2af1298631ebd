import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { MovableClock } from '../../../simulation/support/movable-clock.js';
import { DeviceHolder } from '../../../../native-host/src/devices/device-holder.js';
import { withHidKeys } from '../../../../native-host/src/devices/hid-keys.js';
import { Inventory } from '../../../../native-host/src/devices/inventory.js';
import { Readers } from '../../../../native-host/src/pcsc/readers.js';
import { FakeHid } from './fake-hid.js';
import { FakeBinding, READER } from './fake-binding.js';

const SECOND = 1_000;
const PRODUCT = 'Security Key C NFC';
const { signal } = new AbortController();
const onWaiting = (): void => undefined;

describe('a security key on USB that is in no reader', () => {
  let clock: MovableClock;
  let hid: FakeHid;
  let readers: Readers;
  let inventory: Inventory;
  let holder: DeviceHolder;

  beforeEach(() => {
    clock = new MovableClock();
    hid = new FakeHid(PRODUCT);
    start(() => Promise.resolve(hid));
  });
  afterEach(() => holder.shutdown());

  function start(load: () => Promise<FakeHid | undefined>): void {
    const pcsc = new FakeBinding();
    readers = new Readers(
      () => Promise.resolve(withHidKeys(pcsc, load, clock)),
      () => undefined,
      clock,
    );
    const onTrouble = jest.fn();
    inventory = new Inventory(readers, onTrouble);
    holder = new DeviceHolder(readers, inventory, onTrouble);
  }

  const aMoment = async (): Promise<void> => {
    for (let turn = 0; turn < 20; turn += 1) await new Promise(setImmediate);
  };
  const later = async (): Promise<void> => {
    clock.advance(SECOND);
    await aMoment();
  };
  const names = async () => (await readers.list()).map(({ name }) => name);

  it('is listed beside the readers under its product name, with FIDO2 alone', async () => {
    await expect(inventory.list()).resolves.toMatchObject({
      readers: [READER, PRODUCT],
      devices: [
        { reader: READER },
        {
          reader: PRODUCT,
          model: 'fido2',
          drawing: 'key',
          provisional: true,
          atr: '',
          applications: ['fido2'],
          fido2: { aaguid: '07070707-0707-0707-0707-070707070707' },
        },
      ],
    });
    expect(hid.events).toEqual(['opened', 'closed']);
  });

  it('can be opened, released and closed like a card', async () => {
    const { devices } = await inventory.list();
    const { id } = await holder.open(devices[1]?.id ?? '', { signal, onWaiting });
    await holder.use(signal, async (device) => {
      await holder.whileReleased(device, { signal, onWaiting }, () => {
        expect(hid.events.at(-1)).toBe('closed');
        return Promise.resolve();
      });
      await device.lookAtFido2();
    });
    expect(holder.heldDevice()).toMatchObject({ id });
    await holder.close();
    expect(hid.events.at(-1)).toBe('closed');
  });

  it('disappears a second after it was pulled, and returns as another one', async () => {
    const { devices } = await inventory.list();
    const { id } = await holder.open(devices[1]?.id ?? '', { signal, onWaiting });
    hid.devices = [];
    await later();
    await expect(names()).resolves.toEqual([READER]);
    expect(() => holder.heldDevice()).toThrow(expect.objectContaining({ code: 'READER_REMOVED' }));
    hid.devices = [hid.record];
    await later();
    await later();
    const { devices: back } = await inventory.list();
    expect(back[1]).toMatchObject({ reader: PRODUCT, state: 'ready' });
    expect(back[1]?.id).not.toBe(id);
  });

  it('is listed only at the second look, because its reader may be about to appear', async () => {
    hid.devices = [];
    await names();
    hid.devices = [hid.record];
    await later();
    await expect(names()).resolves.toEqual([READER]);
    await later();
    await expect(names()).resolves.toEqual([READER, PRODUCT]);
  });

  it('is numbered if there are two of one model', async () => {
    hid.devices = [hid.record, { ...hid.record, path: '/dev/hidraw1' }];
    await expect(names()).resolves.toEqual([READER, PRODUCT, `${PRODUCT} 2`]);
  });

  it('is not listed if it is in a reader, or without the library', async () => {
    hid.devices = [{ ...hid.record, product: READER }];
    await expect(names()).resolves.toEqual([READER]);
    await holder.shutdown();
    start(() => Promise.resolve(undefined));
    await expect(names()).resolves.toEqual([READER]);
  });
});
