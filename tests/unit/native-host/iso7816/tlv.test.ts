import { describe, expect, it } from '@jest/globals';
import { decodeTlvs, encodeTlv, findTlv, requireTlv, TlvError } from '../../../../native-host/src/iso7816/tlv.js';

const hex = (text: string) => Uint8Array.from(Buffer.from(text.replaceAll(' ', ''), 'hex'));
const filled = (length: number) => new Uint8Array(length).fill(0xa5);

describe('a BER-TLV object', () => {
  it.each([
    [0, '53 00'],
    [1, '53 01'],
    [127, '53 7f'],
    [128, '53 81 80'],
    [255, '53 81 ff'],
    [256, '53 82 01 00'],
    [65_535, '53 82 ff ff'],
    [65_536, '53 83 01 00 00'],
  ])('of %i bytes begins with %s, and is read back', (length, head) => {
    const encoded = encodeTlv(0x53, filled(length));
    expect(encoded.subarray(0, hex(head).length)).toEqual(hex(head));
    expect(decodeTlvs(encoded)).toEqual([{ tag: 0x53, value: filled(length) }]);
  });

  it.each(['80', '5F2F', '7F49', '5FC102'])('keeps its tag %s', (written) => {
    const tag = Number.parseInt(written, 16);
    expect(decodeTlvs(encodeTlv(tag, filled(3)))).toEqual([{ tag, value: filled(3) }]);
  });

  it('is encoded from its parts, and found among its neighbours', () => {
    const data = Buffer.concat([encodeTlv(0x70, filled(2)), encodeTlv(0x71, hex('00')), encodeTlv(0xfe)]);
    expect(findTlv(data, 0x71)).toEqual(hex('00'));
    expect(findTlv(data, 0x72)).toBeUndefined();
    expect(requireTlv(encodeTlv(0x7c, encodeTlv(0x82), encodeTlv(0x81, hex('0102'))), 0x7c)).toEqual(
      hex('8200 81020102'),
    );
    expect(() => requireTlv(data, 0x72)).toThrow(TlvError);
  });

  it.each([
    ['a tag alone', '53'],
    ['a long tag without its end', '5f'],
    ['a tag of four bytes', '5f 81 81 81 01 00'],
    ['an indefinite length', '53 80 00 00'],
    ['a length of four bytes', '53 84 00 00 00 01 00'],
    ['a length without its bytes', '53 82 01'],
    ['more length than data', '53 05 01 02'],
    ['rubbish behind a good object', '53 01 00 53'],
  ])('is refused with %s', (_, text) => {
    expect(() => decodeTlvs(hex(text))).toThrow(TlvError);
  });
});
