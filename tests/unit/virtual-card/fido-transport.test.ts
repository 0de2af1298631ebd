import { describe, expect, it } from '@jest/globals';
import type { ProfileName, Touch } from '@cardwright/virtual-card';
import { cbor, CtapClient, map, SELECT_FIDO } from './ctap-client.js';
import { registration } from './ctap-credentials.js';
import { SELECT_PIV } from './blank-chip.js';

const MAKE = Buffer.concat([Buffer.of(1), cbor(registration())]);
const SELECTION = '801080000' + '10B00';
const KEEP_ALIVE = '8011000000';
const UP_NEEDED = '029100';

describe('the FIDO2 application', () => {
  it.each<[ProfileName, boolean, string]>([
    ['yubikey', false, '6A82'],
    ['yubikey', true, `${ascii('U2F_V2')}9000`],
    ['yubikey-5.4', false, '6A82'],
    ['yubikey-5.4', true, `${ascii('U2F_V2')}9000`],
    ['yubikey-5.8', false, `${ascii('U2F_V2')}9000`],
    ['yubikey-4.3.7', false, '6A82'],
    ['yubikey-no-extended', false, '6A82'],
    ['shared-pin', false, `${ascii('U2F_V2')}9000`],
    ['fido-key', false, `${ascii('FIDO_2_0')}9000`],
    ['fido-key', true, `${ascii('FIDO_2_0')}9000`],
    ['piv', false, '6D00'],
    ['no-piv', false, '6A82'],
  ])('on %s, contactless %s, is selected with %s', async (profile, contactless, answer) => {
    const client = await CtapClient.insert(profile, contactless ? { contactless } : {});
    expect(await client.apdu(SELECT_FIDO)).toBe(answer);
    expect(client.state.fido).toBeUndefined();
  });

  it('is the only one of a security key; a YubiKey reports its serial number beside it', async () => {
    const [plain, yubico] = [await CtapClient.insert('fido-key'), await CtapClient.insert('fido-key-serial')];
    expect(await plain.apdu(SELECT_PIV)).toBe('6A82');
    expect(await plain.apdu('00A4040008A000000527471117')).toBe('6A82');
    expect(await yubico.apdu(SELECT_PIV)).toBe('6A82');
    expect(await yubico.apdu('00A4040008A000000527471117')).toMatch(/9000$/);
    // The serial number, 12345678, under tag 02, and FIDO2 alone under tag 01.
    expect(await yubico.apdu('001D0000')).toContain('0102020002' + '0400BC614E');
  });

  it('takes a message in blocks, and gives its answer in pieces', async () => {
    const client = await CtapClient.insert('fido-key');
    const [first, last] = [MAKE.subarray(0, 100), MAKE.subarray(100)];
    expect(await client.apdu(`90108000${byte(first.length)}${first.toString('hex')}`)).toBe('9000');
    let answer = await client.apdu(`80108000${byte(last.length)}${last.toString('hex')}00`);
    expect(answer.slice(-4)).toBe('6100');
    const pieces = [answer.length / 2 - 2];
    while (answer.slice(-4, -2) === '61') {
      answer = await client.apdu(`${pieces.length % 2 ? '80' : '00'}C00000${answer.slice(-2)}`);
      pieces.push(answer.length / 2 - 2);
    }
    expect(answer.slice(-4)).toBe('9000');
    expect(pieces.slice(0, -1)).toEqual(pieces.slice(0, -1).map(() => 256));
  });

  it('takes and gives it at once in an extended APDU', async () => {
    const client = await CtapClient.insert('fido-key');
    const length = MAKE.length.toString(16).padStart(4, '0');
    const answer = await client.apdu(`8010800000${length}${MAKE.toString('hex')}0000`);
    expect(answer.slice(0, 2)).toBe('00');
    expect(answer.slice(-4)).toBe('9000');
    expect(answer.length / 2).toBeGreaterThan(600);
  });

  it.each([
    ['of no class of CTAP', '0010800001' + '04', '6D00'],
    ['of another class', '8410800001' + '04', '6E00'],
    ['that does not exist', '8013000000', '6D00'],
    ['with another P1', '8010400001' + '04', '6A86'],
    ['with another P2', '8010800101' + '04', '6A86'],
    ['that asks for an answer to nothing', KEEP_ALIVE, '6985'],
  ])('refuses an instruction %s', async (_, apdu, statusWord) => {
    expect(await (await CtapClient.insert('fido-key')).apdu(apdu)).toBe(statusWord);
  });

  it('is not reached by its class once another application is selected', async () => {
    const client = await CtapClient.insert('yubikey-5.8');
    await client.apdu(SELECT_PIV);
    expect(await client.apdu('801080000104')).toBe('6E00');
    expect(await client.apdu('0020008000')).toBe('63C3');
  });

  it('reports the version of U2F if it has that, and nothing more of U2F', async () => {
    const client = await CtapClient.insert('yubikey-5.8');
    expect(await client.apdu('0003000000')).toBe(`${ascii('U2F_V2')}9000`);
    expect(await client.apdu('0001000000')).toBe('6D00');
    expect(await (await CtapClient.insert('fido-key')).apdu('0003000000')).toBe('6D00');
  });
});

describe('a touch', () => {
  it.each<[Touch, string]>([
    ['at-once', '009000'],
    [{ after: 1_000 }, '009000'],
    ['denied', '279000'],
    ['never', '2F9000'],
  ])('%j is answered with %s in the end', async (touch, answer) => {
    const client = await CtapClient.insert('fido-key', { touch });
    const start = client.clock.now();
    expect(`${(await client.send(Buffer.of(0x0b))).toString('hex').toUpperCase()}9000`).toBe(answer);
    const waited = client.clock.now() - start;
    expect(waited).toBeGreaterThanOrEqual(touch === 'never' ? 30_000 : typeof touch === 'object' ? 1_000 : 0);
    expect(waited).toBeLessThan(31_000);
    expect(new Set(client.keepAlives)).toEqual(new Set(waited >= 100 ? [2] : []));
  });

  it('is waited for within one answer if the client does not ask again', async () => {
    const client = await CtapClient.insert('fido-key', { touch: { after: 5_000 } });
    expect(await client.apdu('8010000001' + '0B00')).toBe('009000');
  });

  it('may be set by a test while the card waits', async () => {
    const client = await CtapClient.insert('fido-key', { touch: 'never' });
    expect(await client.apdu(SELECTION)).toBe(UP_NEEDED);
    expect(await client.apdu(KEEP_ALIVE)).toBe(UP_NEEDED);
    client.card.touch = 'at-once';
    expect(await client.apdu(KEEP_ALIVE)).toBe('009000');
  });

  it('is no longer waited for when the client cancels', async () => {
    const client = await CtapClient.insert('fido-key', { touch: 'never' });
    expect(await client.apdu(SELECTION)).toBe(UP_NEEDED);
    expect(await client.apdu('8011110000')).toBe('2D9000');
    expect(await client.apdu(KEEP_ALIVE)).toBe('6985');
  });

  it.each([
    ['selects', SELECT_FIDO],
    ['sends another message', '801080000104'],
    ['ends', '8012010000'],
  ])('is no longer waited for when the client %s', async (_, apdu) => {
    const client = await CtapClient.insert('fido-key', { touch: 'never' });
    expect(await client.apdu(SELECTION)).toBe(UP_NEEDED);
    await client.apdu(apdu);
    client.card.touch = 'at-once';
    expect(await client.apdu(KEEP_ALIVE)).toBe('6985');
    expect(client.defects).toEqual([]);
  });

  it('is, without contact, the arrival of the card at the reader, once', async () => {
    const client = await CtapClient.insert('yubikey', { contactless: true });
    expect(await client.status(0x0b)).toBe(0);
    expect(await client.status(0x0b)).toBe(0x2f);
    await client.resetReader();
    expect(await client.status(0x0b)).toBe(0x2f);
    await client.reinsert();
    expect(await client.status(0x0b)).toBe(0);
  });
});

describe('a message', () => {
  it.each<[string, Buffer, number]>([
    ['without a command', Buffer.alloc(0), 0x03],
    ['with an unknown command', Buffer.of(0x7e), 0x01],
    ['with parameters for a command that takes none', Buffer.of(0x04, 0xa0), 0x03],
    ['without the parameters', Buffer.of(0x06), 0x14],
    ['that is no CBOR', Buffer.of(0x06, 0xff), 0x12],
    ['that has more after its CBOR', Buffer.of(0x06, 0xa1, 0x02, 0x01, 0x00), 0x12],
    ['that is cut off', Buffer.of(0x06, 0xa2, 0x02, 0x01), 0x12],
    ['that is no map', Buffer.of(0x06, 0x81, 0x01), 0x11],
    ['whose keys are not in order', Buffer.of(0x06, 0xa2, 0x02, 0x01, 0x01, 0x02), 0x12],
    ['with a key twice', Buffer.of(0x06, 0xa2, 0x02, 0x01, 0x02, 0x01), 0x12],
    ['with a number longer than need be', Buffer.of(0x06, 0xa1, 0x02, 0x18, 0x01), 0x12],
    ['of indefinite length', Buffer.of(0x06, 0xbf, 0x02, 0x01, 0xff), 0x12],
    ['with a tag', Buffer.of(0x06, 0xa1, 0x02, 0xc1, 0x01), 0x12],
    ['with a number where bytes are due', cborMessage(1, map([1, 7])), 0x11],
    ['with a hash that is too short', cborMessage(1, map([1, Buffer.alloc(31)])), 0x03],
    ['with a text for the subcommand', cborMessage(6, map([2, 'one'])), 0x11],
    ['with a subcommand that does not exist', cborMessage(6, map([2, 0x22])), 0x3e],
    ['of five levels', cborMessage(6, map([2, 1], [3, map([1, [[[[1]]]]])])), 0x12],
    ['that is longer than the authenticator says', Buffer.concat([Buffer.of(6), Buffer.alloc(1_300)]), 0x39],
  ])('%s is refused', async (_, message, status) => {
    const client = await CtapClient.insert('fido-key');
    expect((await client.send(message)).toString('hex')).toBe(byte(status));
    expect(client.defects).toEqual([]);
  });
});

function cborMessage(command: number, parameters: unknown): Buffer {
  return Buffer.concat([Buffer.of(command), cbor(parameters)]);
}

function ascii(text: string): string {
  return Buffer.from(text, 'ascii').toString('hex').toUpperCase();
}

function byte(value: number): string {
  return value.toString(16).padStart(2, '0');
}
