import { describe, expect, it } from '@jest/globals';
import { Inventory } from '../../../../native-host/src/devices/inventory.js';
import type { PcscBinding, PcscListener } from '../../../../native-host/src/pcsc/binding.js';
import { Readers } from '../../../../native-host/src/pcsc/readers.js';

const READER = 'Reader A';
const INS = { SELECT: 0xa4, VERIFY: 0x20, GET_DATA: 0xcb, GET_METADATA: 0xf7, GET_SERIAL: 0xf8, GET_VERSION: 0xfd };

/** What a blank YubiKey 5.7.0 answers to an instruction, in hexadecimal. */
const YUBIKEY: Readonly<Record<number, string>> = {
  [INS.SELECT]: '9000',
  [INS.GET_VERSION]: '0507009000',
  [INS.GET_SERIAL]: '00bc614e9000',
  [INS.VERIFY]: '63C3',
  [INS.GET_DATA]: '6A82',
  [INS.GET_METADATA]: '050101060203039000',
};

/** A reader with a card that answers so. */
function readerWith(answers: Readonly<Record<number, string>>): PcscBinding {
  return {
    open(listener: PcscListener) {
      void Promise.resolve().then(() => {
        listener.onReaders([READER]);
        listener.onStatus(READER, { present: true, mute: false, inUse: false, events: 1, atr: Uint8Array.of(0x3b) });
      });
      return {
        connect: () =>
          Promise.resolve({
            protocol: 'T=1' as const,
            transmit: (apdu: Uint8Array) => Promise.resolve(Buffer.from(answers[apdu[1] ?? 0] ?? '6D00', 'hex')),
            disconnect: () => Promise.resolve(),
          }),
        close: () => undefined,
      };
    },
  };
}

describe('a card that answers oddly', () => {
  const list = async (change: Readonly<Record<number, string>>) => {
    const troubles: unknown[] = [];
    const binding = readerWith({ ...YUBIKEY, ...change });
    const readers = new Readers(
      () => Promise.resolve(binding),
      () => undefined,
    );
    const inventory = new Inventory(readers, (error) => troubles.push(error));
    const { devices } = await inventory.list();
    const [device] = devices;
    const place = await inventory.find(device?.id ?? '');
    await readers.close();
    return { device, place, troubles };
  };

  it.each([
    ['a CHUID that is no TLV', { [INS.GET_DATA]: '530300119000' }],
    ['a CHUID whose content is no TLV', { [INS.GET_DATA]: '53030000009000' }],
    ['"not authenticated" to GET DATA', { [INS.GET_DATA]: '6982' }],
    ['"no precise diagnosis" to GET DATA', { [INS.GET_DATA]: '6F00' }],
    ['"not supported" to GET DATA', { [INS.GET_DATA]: '6D00' }],
  ])('is listed and can be erased, without its GUID, when it gives %s', async (_, change) => {
    const { device, place, troubles } = await list(change);
    expect(device).toMatchObject({ state: 'ready', model: 'yubikey', serial: '12345678', guid: null });
    expect(place).toMatchObject({ reader: READER });
    expect(troubles).toEqual([]);
  });

  it('is listed without what its metadata do not tell when they are no TLV', async () => {
    const { device, place, troubles } = await list({ [INS.GET_METADATA]: '0502019000' });
    expect(device).toMatchObject({ state: 'ready', serial: '12345678', pin: { retriesLeft: 3, isDefault: null } });
    expect(place).toMatchObject({ reader: READER });
    expect(troubles).toEqual([]);
  });

  it.each(['6400', '6999', '6581'])(
    'has no application that can be used when it refuses SELECT with %s; it can be asked again',
    async (statusWord) => {
      const { device, place, troubles } = await list({ [INS.SELECT]: statusWord });
      expect(device).toMatchObject({ state: 'no-application', model: 'unknown' });
      expect(place).toMatchObject({ reader: READER });
      expect(troubles).toHaveLength(1);
    },
  );

  it('has no application that can be used when its answer lacks the status word', async () => {
    const { device, place } = await list({ [INS.SELECT]: '90' });
    expect(device).toMatchObject({ state: 'no-application' });
    expect(place).toMatchObject({ reader: READER });
  });
});
