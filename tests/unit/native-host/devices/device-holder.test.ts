import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { DeviceHolder } from '../../../../native-host/src/devices/device-holder.js';
import { Inventory } from '../../../../native-host/src/devices/inventory.js';
import { Readers } from '../../../../native-host/src/pcsc/readers.js';
import {
  FakeBinding,
  INS_GET_DATA,
  INS_GET_VERSION,
  INS_SELECT,
  INS_VERIFY,
  numbered,
  plainCard,
  READER,
} from './fake-binding.js';

const MINUTE = 60_000;
const INS_RESET_RETRY_COUNTER = 0x2c;
const INS_RESET = 0xfb;
const TAG_CHUID = Buffer.from('5FC102', 'hex');
const TAG_CERTIFICATE_9A = Buffer.from('5FC105', 'hex');
/** The answer to GET DATA, with a GUID. */
const CHUID = '5312341000112233445566778899AABBCCDDEEFF9000';
const OPTIONS = { signal: new AbortController().signal, onWaiting: () => undefined };

/** A YubiKey before firmware 5 does not report its serial number here: only its CHUID names it, until it is erased. */
function oldYubikey(): (apdu: Uint8Array) => Uint8Array {
  let [pinTries, pukTries, isBlank] = [1, 1, false];
  return (apdu) => {
    switch (apdu[1]) {
      case INS_GET_VERSION:
        return Buffer.from('0403079000', 'hex');
      case INS_VERIFY:
        if (apdu.length > 4) pinTries = 0;
        return Buffer.from(pinTries > 0 ? '63C1' : '6983', 'hex');
      case INS_RESET_RETRY_COUNTER:
        pukTries = 0;
        return Buffer.from('6983', 'hex');
      case INS_RESET:
        if (pinTries + pukTries > 0) return Buffer.from('6985', 'hex');
        [pinTries, pukTries, isBlank] = [1, 1, true];
        return Buffer.from('9000', 'hex');
      case INS_GET_DATA:
        if (isBlank || !Buffer.from(apdu).includes(TAG_CHUID)) return Buffer.from('6A82', 'hex');
        return Buffer.from(CHUID, 'hex');
      default:
        return plainCard(apdu);
    }
  };
}

describe('an open device', () => {
  let binding: FakeBinding;
  let holder: DeviceHolder;
  let inventory: Inventory;
  let readers: Readers;
  const troubles: unknown[] = [];

  beforeEach(async () => {
    jest.useFakeTimers();
    binding = new FakeBinding();
    readers = new Readers(
      () => Promise.resolve(binding),
      () => undefined,
    );
    inventory = new Inventory(readers, (error) => troubles.push(error));
    holder = new DeviceHolder(readers, inventory, (error) => troubles.push(error));
    const { devices } = await inventory.list();
    const options = { signal: new AbortController().signal, onWaiting: () => undefined };
    await holder.open(devices[0]?.id ?? '', options);
    binding.events = [];
  });

  afterEach(() => {
    jest.useRealTimers();
    expect(troubles).toEqual([]);
  });

  it('is released after a minute without a command', async () => {
    await jest.advanceTimersByTimeAsync(MINUTE - 1);
    expect(holder.heldDevice()).not.toBeNull();
    await jest.advanceTimersByTimeAsync(1);
    expect(holder.heldDevice()).toBeNull();
    expect(binding.events).toEqual(['reset']);
  });

  it('stays open during a command, even while it waits for the user, and a minute after', async () => {
    let finish: () => void = () => undefined;
    const { signal } = new AbortController();
    const waiting = holder.use(signal, () => new Promise<void>((resolve) => (finish = resolve)));
    await jest.advanceTimersByTimeAsync(5 * MINUTE);
    expect(holder.heldDevice()).not.toBeNull();
    finish();
    await waiting;
    await jest.advanceTimersByTimeAsync(MINUTE - 1);
    expect(holder.heldDevice()).not.toBeNull();
    await jest.advanceTimersByTimeAsync(1);
    expect(holder.heldDevice()).toBeNull();
  });

  it('is closed when it was pulled, even if it is back at once', async () => {
    binding.status(3, true);
    await jest.advanceTimersByTimeAsync(0);
    expect(() => holder.heldDevice()).toThrow(expect.objectContaining({ code: 'CARD_REMOVED' }));
    const { signal } = new AbortController();
    await expect(holder.use(signal, () => Promise.resolve())).rejects.toMatchObject({ code: 'CARD_REMOVED' });
  });

  it('reports an unplugged reader differently from a pulled card', async () => {
    binding.listener?.onReaders([]);
    await jest.advanceTimersByTimeAsync(0);
    expect(() => holder.heldDevice()).toThrow(expect.objectContaining({ code: 'READER_REMOVED' }));
    const { signal } = new AbortController();
    await expect(holder.use(signal, () => Promise.resolve())).rejects.toMatchObject({ code: 'READER_REMOVED' });
  });

  it('reports that it was pulled even while it is being released', async () => {
    let release: () => void = () => undefined;
    binding.release = new Promise((resolve) => (release = resolve));
    binding.status(3, true);
    await jest.advanceTimersByTimeAsync(0);
    const { signal } = new AbortController();
    await expect(holder.use(signal, () => Promise.resolve())).rejects.toMatchObject({ code: 'CARD_REMOVED' });
    expect(binding.events).toEqual([]);
    release();
    await jest.advanceTimersByTimeAsync(0);
    expect(binding.events).toEqual(['reset']);
  });

  it('has another id after an erasure if only its CHUID named it', async () => {
    await holder.close();
    binding.answer = oldYubikey();
    binding.status(3, true);
    const { devices } = await inventory.list();
    expect(devices[0]?.id).toBe('guid:00112233-4455-6677-8899-aabbccddeeff');
    const { signal } = new AbortController();
    await holder.open(devices[0]?.id ?? '', { signal, onWaiting: () => undefined });
    const erased = await holder.use(signal, (device) => holder.erase(device));
    expect(erased).toMatchObject({ id: `reader:${READER}#1.3`, provisional: true, guid: null });
    expect(holder.heldDevice()).toEqual(erased);
    await expect(inventory.list()).resolves.toMatchObject({ devices: [erased] });
  });

  it('accepts further tries of management keys after it was erased', async () => {
    await holder.close();
    binding.answer = oldYubikey();
    binding.status(3, true);
    const { devices } = await inventory.list();
    const { signal } = new AbortController();
    const { id } = await holder.open(devices[0]?.id ?? '', { signal, onWaiting: () => undefined });
    holder.managementKeyTries.noteRefusal(id);
    holder.managementKeyTries.noteRefusal(id);
    expect(holder.managementKeyTries.mayTry(id)).toBe(false);
    await holder.use(signal, (device) => holder.erase(device));
    expect(holder.managementKeyTries.mayTry(id)).toBe(true);
  });

  it('is read again for all facts that matter when it is opened, except the PIN counter', async () => {
    await holder.close();
    const { devices } = await inventory.list();
    const asked: number[] = [];
    binding.answer = (apdu) => (asked.push(apdu[1] ?? 0), plainCard(apdu));
    const opened = await holder.open(devices[0]?.id ?? '', OPTIONS);
    expect(opened).toEqual(devices[0]);
    expect(asked).toEqual([INS_SELECT, INS_GET_VERSION, ...Array<number>(5).fill(INS_GET_DATA)]);
  });

  it.each<[string, (apdu: Uint8Array) => boolean, object]>([
    ['a certificate', (apdu) => Buffer.from(apdu).includes(TAG_CERTIFICATE_9A), { certificates: ['9A'] }],
    ['a CHUID', (apdu) => Buffer.from(apdu).includes(TAG_CHUID), { guid: '00112233-4455-6677-8899-aabbccddeeff' }],
  ])('is read completely again if another program wrote %s since the listing', async (...row) => {
    const [, isWritten, facts] = row;
    await holder.close();
    const { devices } = await inventory.list();
    expect(devices[0]).toMatchObject({ certificates: [], guid: null, pin: { retriesLeft: 3 } });
    binding.answer = (apdu) => {
      if (apdu[1] === INS_VERIFY) return Buffer.from('63C2', 'hex');
      const isThere = apdu[1] === INS_GET_DATA && isWritten(apdu);
      return isThere ? Buffer.from(CHUID, 'hex') : plainCard(apdu);
    };
    const opened = await holder.open(devices[0]?.id ?? '', OPTIONS);
    expect(opened).toMatchObject({ ...facts, pin: { retriesLeft: 2 } });
  });

  it('is not opened if another card lies in its place, even after an unnoticed exchange', async () => {
    await holder.close();
    binding.answer = oldYubikey();
    binding.status(3, true);
    const { devices } = await inventory.list();
    binding.answer = plainCard;
    await expect(holder.open(devices[0]?.id ?? '', OPTIONS)).rejects.toMatchObject({ code: 'WRONG_DEVICE' });
    expect(holder.heldDevice()).toBeNull();
  });

  it.each([
    ['another with a serial number', numbered('00bc614f'), 'WRONG_DEVICE'],
    ['one without', plainCard, 'WRONG_DEVICE'],
    ['nothing', undefined, 'DEVICE_NOT_FOUND'],
  ])('is not opened by its number when %s is in its reader', async (_, answer, code) => {
    await holder.close();
    binding.answer = numbered('00bc614e');
    binding.status(3, true);
    const { devices } = await inventory.list();
    expect(devices[0]?.id).toBe('serial:12345678');
    binding.answer = answer ?? plainCard;
    binding.status(4, false);
    await inventory.list();
    binding.status(5, answer !== undefined);
    await inventory.list();
    await expect(holder.open('serial:12345678', OPTIONS)).rejects.toMatchObject({ code });
  });

  it('may be the same blank card without its name, and is not reported as another', async () => {
    await holder.close();
    binding.answer = oldYubikey();
    binding.status(3, true);
    const { devices } = await inventory.list();
    binding.answer = plainCard;
    binding.status(5, true);
    await expect(holder.open(devices[0]?.id ?? '', OPTIONS)).rejects.toMatchObject({ code: 'DEVICE_NOT_FOUND' });
  });

  it('is read completely if it was reinserted since the listing', async () => {
    await holder.close();
    const { devices } = await inventory.list();
    const id = devices[0]?.id ?? '';
    binding.status(3, true);
    await expect(holder.open(id, OPTIONS)).rejects.toMatchObject({ code: 'DEVICE_NOT_FOUND' });
    const place = await inventory.find(`reader:${READER}#1.3`);
    const earlier = place && { ...place, card: { ...place.card, insertion: '1.1' } };
    expect(place && inventory.seenIn(place)).toBeDefined();
    expect(earlier && inventory.seenIn(earlier)).toBeUndefined();
  });

  it('is not connected twice by its own host', async () => {
    await expect(readers.connect(READER)).rejects.toMatchObject({ code: 'DEVICE_BUSY' });
    await holder.close();
    await expect(readers.connect(READER)).resolves.toBeDefined();
  });

  it('is not opened after the page has gone', async () => {
    await holder.shutdown();
    expect(binding.events).toEqual(['reset']);
    const options = { signal: new AbortController().signal, onWaiting: () => undefined };
    await expect(holder.open('reader:Reader A#1.1', options)).rejects.toThrow();
    expect(binding.events).toEqual(['reset']);
  });
});
