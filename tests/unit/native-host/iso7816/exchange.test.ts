import { describe, expect, it } from '@jest/globals';
import {
  ApduError,
  decodeCommand,
  encodeApdu,
  type CommandApdu,
  type LengthEncoding,
} from '../../../../native-host/src/iso7816/apdu.js';
import { exchange } from '../../../../native-host/src/iso7816/exchange.js';
import { retriesLeft, statusWordInWords } from '../../../../native-host/src/iso7816/status-word.js';

const hex = (text: string) => Uint8Array.from(Buffer.from(text.replaceAll(' ', ''), 'hex'));
const command = (data: number, le?: number): CommandApdu => ({
  cla: 0,
  ins: 0xdb,
  p1: 0x3f,
  p2: 0xff,
  ...(data > 0 ? { data: Uint8Array.from({ length: data }, (_, index) => index & 0xff) } : {}),
  ...(le === undefined ? {} : { le }),
});

/** A card that gives its answers in turn and records its APDUs. */
class Card {
  readonly received: string[] = [];

  constructor(private readonly answers: string[]) {}

  transmit(apdu: Uint8Array): Promise<Uint8Array> {
    this.received.push(Buffer.from(apdu).toString('hex'));
    const answer = this.answers.shift();
    return answer === undefined ? Promise.reject(new Error('one APDU too many')) : Promise.resolve(hex(answer));
  }
}

describe('a command APDU', () => {
  it.each<[string, CommandApdu, LengthEncoding, string]>([
    ['case 1', command(0), 'short', '00db3fff'],
    ['case 2, all there is', command(0, 256), 'short', '00db3fff 00'],
    ['case 3', command(2), 'short', '00db3fff 02 0001'],
    ['case 4', command(2, 16), 'short', '00db3fff 02 0001 10'],
    ['case 1 extended', command(0), 'extended', '00db3fff'],
    ['case 2 extended', command(0, 65_536), 'extended', '00db3fff 000000'],
    ['case 3 extended', command(2), 'extended', '00db3fff 000002 0001'],
    ['case 4 extended', command(2, 256), 'extended', '00db3fff 000002 0001 0100'],
  ])('is written as ISO 7816-4 says: %s', (_, apdu, encoding, expected) => {
    expect(Buffer.from(encodeApdu(apdu, encoding))).toEqual(Buffer.from(hex(expected)));
    const { data, ...others } = decodeCommand(hex(expected));
    expect({ ...others, ...(data && { data: Uint8Array.from(data) }) }).toEqual(apdu);
  });

  it.each(['', '00db3f', '00db3fff03 0001', '00db3fff01 000102', '00db3fff 0000', '00db3fff 000003 0001'])(
    'is invalid when it is %j',
    (text) => {
      expect(() => decodeCommand(hex(text))).toThrow(ApduError);
    },
  );

  it('is not encoded when it does not fit', () => {
    expect(() => encodeApdu(command(256), 'short')).toThrow(ApduError);
    expect(() => encodeApdu(command(1, 257), 'short')).toThrow(ApduError);
  });
});

describe('an exchange', () => {
  it('sends long data in blocks of 255 bytes and asks for the answer in the last', async () => {
    const card = new Card(['9000', '9000', 'aa9000']);
    const answer = await exchange(card, command(600, 256), 'short');
    expect(answer).toEqual({ data: Buffer.from([0xaa]), statusWord: 0x9000 });
    expect(card.received.map((apdu) => apdu.slice(0, 10))).toEqual(['10db3fffff', '10db3fffff', '00db3fff5a']);
    expect(card.received.map((apdu) => apdu.length / 2)).toEqual([260, 260, 96]);
  });

  it('ends a chain that the card refuses midway', async () => {
    const card = new Card(['9000', '6982']);
    await expect(exchange(card, command(600), 'short')).resolves.toMatchObject({ statusWord: 0x6982 });
    expect(card.received).toHaveLength(2);
  });

  it('fetches the rest of a response', async () => {
    const card = new Card(['0102 6103', '030405 6100', '06 9000']);
    const answer = await exchange(card, command(0, 256), 'short');
    expect(answer).toEqual({ data: Buffer.from(hex('010203040506')), statusWord: 0x9000 });
    expect(card.received.slice(1)).toEqual(['00c0000003', '00c0000000']);
  });

  it('repeats the last block with the length that the card names', async () => {
    const card = new Card(['6c04', '01020304 9000']);
    await expect(exchange(card, command(0, 256), 'short')).resolves.toMatchObject({ statusWord: 0x9000 });
    expect(card.received).toEqual(['00db3fff00', '00db3fff04']);
  });

  it('sends long data whole if extended lengths are supported', async () => {
    const card = new Card(['9000']);
    await exchange(card, command(600, 256), 'extended');
    expect(card.received).toEqual([expect.stringMatching(/^00db3fff000258.*0000$/)]);
  });

  it('gives up on a card that promises more without end', async () => {
    const card = new Card(Array.from({ length: 1000 }, () => `${'00'.repeat(256)}6100`));
    await exchange(card, command(0, 256), 'short');
    expect(card.received.length).toBeLessThan(300);
  });

  it.each([
    ['nothing', '6101', 5],
    ['one byte at a time', '00 6101', 600],
  ])('gives up on a card that promises more without end, and sends %s', async (_, part, most) => {
    const card = new Card(Array.from({ length: 1000 }, () => part));
    await expect(exchange(card, command(0, 256), 'short')).resolves.toMatchObject({ statusWord: 0x6101 });
    expect(card.received.length).toBeLessThan(most);
  });

  it('refuses an answer without a status word', async () => {
    await expect(exchange(new Card(['90']), command(0), 'short')).rejects.toThrow(ApduError);
  });
});

describe('a status word', () => {
  it.each([
    ['63C3', 3],
    ['63C0', 0],
    ['6302', 2],
    ['6300', undefined],
    ['9000', undefined],
    ['6983', undefined],
  ])('%s tells %p tries', (statusWord, tries) => {
    expect(retriesLeft(Number.parseInt(statusWord, 16))).toBe(tries);
  });

  it.each([
    ['9000', 'success'],
    ['6A86', 'incorrect P1 P2'],
    ['63C2', 'tries left: 2'],
    ['6100', 'bytes that wait: 256'],
    ['6C20', 'wrong Le, right is 32'],
    ['6F01', 'unknown'],
  ])('%s says %s', (statusWord, words) => {
    expect(statusWordInWords(Number.parseInt(statusWord, 16))).toBe(words);
  });
});
