import { PCSC_CODE } from '@cardwright/native-host/in-process';
import { Card, Chip, freshKeys, makeCard } from '@cardwright/virtual-card';
import type { CodesOf } from '../../support/failures/staged.js';
import { READER, type Bench } from './bench.js';
import type { CallFault } from './faulty-readers.js';
import type { Stagings } from './staging.js';

/** Milliseconds, longer than a host waits for another program to release a card. */
const LONGER_THAN_PATIENCE = 11_000;

const SILENT = { onReaders: () => undefined, onStatus: () => undefined, onFailure: () => undefined };

const listDevices = (bench: Bench) => bench.client.call('device.list', {});
const askForPin = (bench: Bench) => bench.client.call('pin.getStatus', {});

/** Lists the devices while the PC/SC call gives this answer. */
const listing = (answer: number) => async (bench: Bench) => {
  bench.readers.fault = { call: 'open', answer };
  return listDevices(bench);
};

/** Opens a device while the PC/SC call gives this answer. */
const opening = (answer: number) => async (bench: Bench) => {
  await bench.listed();
  bench.readers.fault = { call: 'connect', answer };
  return bench.openDevice();
};

/** Runs a command on an open device while the PC/SC call gives this answer. */
const asking = (answer: CallFault['answer']) => async (bench: Bench) => {
  await bench.openDevice();
  bench.readers.fault = { call: 'transmit', answer };
  return askForPin(bench);
};

/** Failures of the smart card service, of readers, and of the connection to a card. */
export const readerStagings = {
  INTERNAL: {
    when: 'the library throws what no library should throw',
    act: asking(new TypeError('a defect')),
  },
  PCSC_UNAVAILABLE: {
    when: 'the smart card service does not run',
    act: listing(PCSC_CODE.NO_SERVICE),
  },
  PCSC_FORBIDDEN: {
    when: 'the smart card service denies access (0x8010006A) and denies it again',
    act: listing(PCSC_CODE.SECURITY_VIOLATION),
  },
  NO_READER: {
    when: 'a page has the computer checked that has no reader',
    desk: () => ({ readers: [] }),
    act: (bench) => bench.failedCheck('NO_READER'),
  },
  DEVICE_BUSY: {
    when: 'another program keeps the card for longer than a host waits',
    act: async (bench) => {
      const { id: device } = await bench.listed();
      await bench.readers.board.process().binding.open(SILENT).connect(READER);
      const onProgress = () => bench.clock.advance(LONGER_THAN_PATIENCE);
      return bench.client.call('device.open', { device }, { onProgress });
    },
  },
  CARD_REMOVED: {
    when: 'the card is pulled while it is asked something',
    act: async (bench) => {
      await bench.openDevice();
      bench.card.arm([{ kind: 'pull', at: 1 }], []);
      return askForPin(bench);
    },
  },
  CARD_MUTE: {
    when: 'the card does not answer its reset (0x80100066)',
    act: opening(PCSC_CODE.UNRESPONSIVE_CARD),
  },
  READER_REMOVED: {
    when: 'the reader is unplugged while the card is asked something (0x80100017)',
    act: asking(PCSC_CODE.READER_UNAVAILABLE),
  },
  CARD_RESET: {
    when: 'another program resets the card (0x80100068)',
    act: asking(PCSC_CODE.RESET_CARD),
  },
  PCSC_ERROR: {
    when: 'the smart card service has an error of its own (0x80100001)',
    act: asking(PCSC_CODE.INTERNAL_ERROR),
    data: { code: '0x80100001' },
  },
  DEVICE_NOT_FOUND: {
    when: 'a page asks for a device that is not there',
    act: (bench) => bench.client.call('device.open', { device: 'serial:1' }),
  },
  DEVICE_NOT_OPEN: {
    when: 'a command comes before a device is opened',
    act: askForPin,
  },
  NO_APPLICATION: {
    when: 'the card has no PIV application',
    desk: () => ({ profile: 'no-piv' }),
    act: (bench) => bench.openDevice(),
  },
  WRONG_DEVICE: {
    when: 'another device is in the reader than the one that was listed',
    act: async (bench) => {
      const { id: device } = await bench.listed();
      await bench.exchange();
      return bench.client.call('device.open', { device });
    },
  },
  CONTACT_NEEDED: {
    when: 'a card is read without its contacts and refuses its PIN there',
    desk: async () => {
      const circumstances = { contactless: true };
      const card = new Card(await makeCard({ profile: 'piv' }), circumstances, freshKeys);
      return { chip: new Chip(card, () => undefined) };
    },
    act: (bench) => bench.openDevice(),
  },
  DEVICE_NOT_ALLOWED: {
    when: 'the administrator allows security keys alone',
    desk: () => ({ policy: { allowedDevices: ['fido2'], pinRules: null, logLevel: null } }),
    act: (bench) => bench.openDevice(),
    data: { model: 'yubikey' },
  },
  CHANGED_BY_MINIDRIVER: {
    when: "a page has a card checked that is as Yubico's minidriver leaves it",
    desk: () => ({
      prepare: ({ puk, managementKey }) => {
        puk.triesLeft = 0;
        managementKey.key = Buffer.alloc(managementKey.key.length, 0x5a);
      },
    }),
    act: (bench) => bench.failedCheck('CHANGED_BY_MINIDRIVER'),
  },
} satisfies Partial<Stagings<CodesOf<'host'>>>;
