import { describe, expect, it } from '@jest/globals';
import { runChecks } from '../../../../native-host/src/checks/index.js';
import { Inventory } from '../../../../native-host/src/devices/inventory.js';
import { PCSC_CODE, PcscError, type PcscBinding, type PcscListener } from '../../../../native-host/src/pcsc/binding.js';
import { Readers } from '../../../../native-host/src/pcsc/readers.js';
import { InstantClock } from '../../../support/instant-clock.js';

const READER = 'Reader A';
const INS = { SELECT: 0xa4, VERIFY: 0x20, GET_DATA: 0xcb, GET_METADATA: 0xf7, GET_SERIAL: 0xf8, GET_VERSION: 0xfd };

/** The answers of a blank YubiKey 5.7.0 by instruction, in hexadecimal. */
const YUBIKEY: Readonly<Record<number, string>> = {
  [INS.SELECT]: '9000',
  [INS.GET_VERSION]: '0507009000',
  [INS.GET_SERIAL]: '00bc614e9000',
  [INS.VERIFY]: '63C3',
  [INS.GET_DATA]: '6A82',
  [INS.GET_METADATA]: '050101060203039000',
};

/** The answers of a plain PIV card without objects. */
const PLAIN_PIV: Readonly<Record<number, string>> = {
  [INS.SELECT]: '9000',
  [INS.VERIFY]: '63C3',
  [INS.GET_DATA]: '6A82',
};

const CONTACT_ATR = '3B878131FE458031C073C821C0A7';
const CONTACTLESS_ATR = '3B8780018031C073C821C02D';

/** Answers by instruction; a function gets the count of that instruction, from 1. */
type Answers = Readonly<Record<number, string | ((nth: number) => string)>>;

/** Creates a reader with a card that answers so, and records its APDUs in `received`. */
function readerWith(answers: Answers, atr: string, received: string[]): PcscBinding {
  return {
    open(listener: PcscListener) {
      void Promise.resolve().then(() => {
        listener.onReaders([READER]);
        listener.onStatus(READER, {
          present: true,
          mute: false,
          inUse: false,
          events: 1,
          atr: Buffer.from(atr, 'hex'),
        });
      });
      return {
        connect: () =>
          Promise.resolve({
            protocol: 'T=1' as const,
            transmit: (apdu: Uint8Array) => {
              received.push(Buffer.from(apdu).toString('hex'));
              const nth = received.filter((sent) => Buffer.from(sent, 'hex')[1] === apdu[1]).length;
              const answer = answers[apdu[1] ?? 0] ?? '6D00';
              return Promise.resolve(Buffer.from(typeof answer === 'string' ? answer : answer(nth), 'hex'));
            },
            disconnect: () => Promise.resolve(),
          }),
        close: () => Promise.resolve(),
      };
    },
  };
}

describe('a card that answers oddly', () => {
  const list = async (change: Answers, card = YUBIKEY, atr = CONTACT_ATR) => {
    const troubles: unknown[] = [];
    const received: string[] = [];
    const binding = readerWith({ ...card, ...change }, atr, received);
    const readers = new Readers(
      () => Promise.resolve(binding),
      () => undefined,
    );
    const inventory = new Inventory(readers, (error) => troubles.push(error));
    const { devices } = await inventory.list();
    const [device] = devices;
    const place = await inventory.find(device?.id ?? '');
    const finding = (await runChecks({ audience: 'page', inventory })).find(({ check }) => check.id === 'device');
    await readers.close();
    return { device, place, troubles, received, finding };
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

  it('is listed without the facts of its metadata when they are no TLV', async () => {
    const { device, place, troubles } = await list({ [INS.GET_METADATA]: '0502019000' });
    expect(device).toMatchObject({ state: 'ready', serial: '12345678', pin: { retriesLeft: 3, isDefault: null } });
    expect(place).toMatchObject({ reader: READER });
    expect(troubles).toEqual([]);
  });

  it.each([
    ['"not authenticated"', '6982', 'NOT_AUTHENTICATED'],
    ['"no precise diagnosis"', '6F00', 'CARD_ERROR'],
    ['"wrong length"', '6700', 'CARD_ERROR'],
  ])('is not listed as blank when it gives %s to GET DATA and cannot be erased', async (_, statusWord, code) => {
    const { device, finding, troubles } = await list({ [INS.GET_DATA]: statusWord }, PLAIN_PIV);
    expect(device).toMatchObject({ state: 'no-application', guid: null });
    expect(finding?.check).toMatchObject({ outcome: 'failed', code });
    expect(finding?.check.detail.includes(`${statusWord} to getData`)).toBe(code === 'CARD_ERROR');
    expect(troubles).toHaveLength(1);
  });

  it('is listed as used if it can be erased and refuses to list its certificates', async () => {
    const { device } = await list({ [INS.GET_DATA]: '6F00' });
    expect(device).toMatchObject({ state: 'ready', certificates: ['9A', '9C', '9D', '9E'] });
  });

  it.each(['6F00', '6982', '6A84'])('is listed as blank when it refuses only one certificate with %s', async (sw) => {
    const SECOND_CERTIFICATE = 3;
    const { device } = await list({ [INS.GET_DATA]: (nth) => (nth === SECOND_CERTIFICATE ? sw : '6A82') });
    expect(device).toMatchObject({ state: 'ready', certificates: [] });
  });

  it.each(['6F00', '6982', '6A84'])('is still a YubiKey when it refuses its version once with %s', async (sw) => {
    const { device } = await list({ [INS.GET_VERSION]: (nth) => (nth === 1 ? sw : '0507009000') });
    expect(device).toMatchObject({ model: 'yubikey', drawing: 'key', firmware: '5.7.0' });
  });

  it.each(['6D00', '6E00'])('is a plain card when it refuses GET VERSION with %s, and is asked once', async (sw) => {
    const { device, received } = await list({ [INS.GET_VERSION]: sw });
    expect(device).toMatchObject({ model: 'piv', drawing: 'card', firmware: null });
    expect(received.filter((apdu) => apdu.startsWith('00fd'))).toHaveLength(1);
  });

  it('is not listed as blank when it refuses its metadata for an unknown reason', async () => {
    const { device } = await list({ [INS.GET_METADATA]: '6F00' });
    expect(device).toMatchObject({ state: 'no-application' });
  });

  it('is listed without metadata if it has none', async () => {
    const { device, received } = await list({ [INS.GET_METADATA]: '6D00' });
    expect(device).toMatchObject({
      state: 'ready',
      pin: { retriesLeft: 3 },
      puk: null,
      managementKey: null,
      capabilities: { metadata: false, reset: true },
    });
    expect(received.filter((apdu) => apdu.startsWith('00f7'))).toHaveLength(1);
  });

  it.each(['6982', '6A81'])(
    'is reported to need contacts when it refuses its PIN with %s; it is asked once',
    async (sw) => {
      const refusing = { [INS.VERIFY]: sw, [INS.GET_DATA]: '6982' };
      const { device, finding, received } = await list(refusing, PLAIN_PIV, CONTACTLESS_ATR);
      expect(device).toMatchObject({ state: 'contact-needed', certificates: [] });
      expect(finding?.check).toMatchObject({ outcome: 'failed', code: 'CONTACT_NEEDED' });
      expect(finding?.remedy).toBe('Give the user a reader with contacts.');
      expect(received.filter((apdu) => apdu.startsWith('0020'))).toHaveLength(1);
    },
  );

  it.each(['6999', '6A86', '6D00', '6E00', '6A81', '6A82'])(
    'counts as another kind of card, not as a fault, when it answers SELECT with %s',
    async (statusWord) => {
      const { device, finding, troubles } = await list({ [INS.SELECT]: statusWord });
      expect(device).toMatchObject({ state: 'no-application' });
      expect(finding?.check).toMatchObject({ code: 'NO_APPLICATION' });
      expect(troubles).toEqual([]);
    },
  );

  it.each(['6400', '6F00', '6581'])(
    'has no usable application when it refuses SELECT with %s; it can be asked again',
    async (statusWord) => {
      const { device, place, troubles, finding } = await list({ [INS.SELECT]: statusWord });
      expect(device).toMatchObject({ state: 'no-application', model: 'unknown' });
      expect(finding?.check).toMatchObject({ code: 'CARD_ERROR' });
      expect(place).toMatchObject({ reader: READER });
      expect(troubles).toHaveLength(1);
    },
  );

  it('has no usable application when its answer lacks the status word', async () => {
    const { device, place } = await list({ [INS.SELECT]: '90' });
    expect(device).toMatchObject({ state: 'no-application' });
    expect(place).toMatchObject({ reader: READER });
  });
});

describe('a card that another program holds while it is listed', () => {
  it('is still found by the id of that listing once it was read', async () => {
    const reader = readerWith(YUBIKEY, CONTACT_ATR, []);
    let isHeld = true;
    const binding: PcscBinding = {
      open: (listener) => {
        const context = reader.open(listener);
        const held = new PcscError(PCSC_CODE.SHARING_VIOLATION, 'held');
        return { ...context, connect: (...place) => (isHeld ? Promise.reject(held) : context.connect(...place)) };
      },
    };
    const readers = new Readers(
      () => Promise.resolve(binding),
      () => undefined,
    );
    const inventory = new Inventory(readers, () => undefined);
    const [listed] = (await inventory.list(0)).devices;
    expect(listed).toMatchObject({ state: 'held', provisional: true });
    isHeld = false;
    expect((await inventory.list()).devices).toMatchObject([{ id: 'serial:12345678', state: 'ready' }]);
    expect(await inventory.find(listed?.id ?? '')).toMatchObject({ reader: READER });
    expect(await inventory.find('reader:Reader A#9.9')).toBeUndefined();
  });
});

it('gives a card that falls silent three seconds for a look, and does not look again', async () => {
  let asked = 0;
  let answer = (): void => undefined;
  const answered = new Promise<void>((resolve) => (answer = resolve));
  const binding = readerWith(PLAIN_PIV, CONTACT_ATR, []);
  const mute: PcscBinding = {
    open: (listener) => ({
      ...binding.open(listener),
      connect: () =>
        Promise.resolve({
          protocol: 'T=1' as const,
          transmit: () => {
            asked += 1;
            const nothing = Buffer.from('6A82', 'hex');
            // It has no FIDO2 application, which is asked for first.
            return asked === 1 ? Promise.resolve(nothing) : answered.then(() => nothing);
          },
          disconnect: () => Promise.resolve(),
        }),
    }),
  };
  const clock = new InstantClock();
  const readers = new Readers(
    () => Promise.resolve(mute),
    () => undefined,
    clock,
  );
  const inventory = new Inventory(readers, () => undefined);
  for (let time = 1; time <= 2; time += 1)
    expect((await inventory.list()).devices).toMatchObject([{ state: 'unresponsive' }]);
  const passed = clock.now();
  // A call that cannot be cancelled is waited for.
  answer();
  await readers.close();
  expect({ passed, asked }).toEqual({ passed: 3_000, asked: 2 });
});
