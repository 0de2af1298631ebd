import { describe, expect, it } from '@jest/globals';
import { PCSC_CODE, PcscError, type PcscCard } from '../../../../native-host/src/pcsc/binding.js';
import { CardConnection } from '../../../../native-host/src/pcsc/card-connection.js';
import { askPinpadFeatures, readPinpadFeatures } from '../../../../native-host/src/pcsc/reader-features.js';

/** As libccid answers for a reader with a keypad: VERIFY, MODIFY, TLV properties, each a control code in big-endian order. */
const LIBCCID = '060442330006' + '070442330007' + '120442330012';
const FEATURES = { verify: 0x42330006, modify: 0x42330007 };

const read = (list: string) => readPinpadFeatures(Buffer.from(list, 'hex'));

describe('the list of features of a reader', () => {
  it('has the control codes in big-endian order', () => {
    expect(read(LIBCCID)).toEqual(FEATURES);
  });

  it.each([
    ['pcsc-lite', '060406003342' + '070407003342', FEATURES],
    // CTL_CODE(FILE_DEVICE_SMARTCARD, 3506 and 3507, METHOD_BUFFERED, FILE_ANY_ACCESS).
    ['Windows', '0604c8363100' + '0704cc363100', { verify: 0x003136c8, modify: 0x003136cc }],
  ])('is understood from a driver for %s that sends the codes in the order of its processor', (_, list, features) => {
    expect(read(list)).toEqual(features);
  });

  it('keeps a big-endian code of Windows as it is', () => {
    expect(read('0604003136c8' + '0704003136cc')).toEqual({ verify: 0x003136c8, modify: 0x003136cc });
  });

  it.each([
    ['no feature', ''],
    ['no keypad', '120442330012'],
    ['a keypad that cannot change a PIN', '060442330006'],
    ['a keypad that cannot verify a PIN', '070442330007'],
    ['an entry that is cut off', '060442330006' + '07044233'],
    ['an entry without a length', '060442330006' + '070442330007' + '12'],
    ['control codes of another length', '060242330702' + '4233'],
  ])('means no keypad if it has %s', (_, list) => {
    expect(read(list)).toBeNull();
  });

  it('counts the first of two codes for one feature, and passes over features that the host does not use', () => {
    expect(read('0a00' + LIBCCID + '060442330099')).toEqual(FEATURES);
  });
});

describe('a reader that is asked for its features', () => {
  const connect = (reader: PcscCard['reader']): Promise<CardConnection> => {
    const transmit = () => Promise.resolve(Uint8Array.of(0x90, 0));
    const card: PcscCard = {
      protocol: 'T=1',
      transmit,
      disconnect: () => Promise.resolve(),
      ...(reader && { reader }),
    };
    return CardConnection.take(() => Promise.resolve(card), { patience: 0 });
  };

  it('is asked with the code of the system', async () => {
    const asked: [number, number][] = [];
    const control = (code: number, data: Uint8Array) => {
      asked.push([code, data.length]);
      return Promise.resolve(Buffer.from(LIBCCID, 'hex'));
    };
    await expect(askPinpadFeatures(await connect({ featureRequest: 0x42000d48, control }))).resolves.toEqual(FEATURES);
    expect(asked).toEqual([[0x42000d48, 0]]);
  });

  it.each(['UNSUPPORTED_FEATURE', 'NOT_TRANSACTED', 'INVALID_PARAMETER'] as const)(
    'has no keypad if its driver answers %s, and its card stays usable',
    async (name) => {
      const control = () => Promise.reject(new PcscError(PCSC_CODE[name], 'scripted'));
      const connection = await connect({ featureRequest: 1, control });
      await expect(askPinpadFeatures(connection)).resolves.toBeNull();
      await expect(connection.transmit(Uint8Array.of(0, 0x20, 0, 0x80))).resolves.toHaveLength(2);
    },
  );

  it('is gone if the service says so', async () => {
    const control = () => Promise.reject(new PcscError(PCSC_CODE.REMOVED_CARD, 'scripted'));
    const connection = await connect({ featureRequest: 1, control });
    await expect(askPinpadFeatures(connection)).rejects.toMatchObject({ code: 'CARD_REMOVED' });
    expect(connection.isUsable).toBe(false);
  });

  it('is not asked if the device has no reader', async () => {
    await expect(askPinpadFeatures(await connect(undefined))).resolves.toBeNull();
  });
});
