import { describe, expect, it } from '@jest/globals';
import { cborMap, decodeCbor, decodeFirstCbor, encodeCbor } from '../../../../native-host/src/applets/fido2/cbor.js';
import { readAuthenticatorData } from '../../../../native-host/src/applets/fido2/authenticator-data.js';
import { readInfo } from '../../../../native-host/src/applets/fido2/info.js';
import { hex, vectors } from './vectors.js';

const bytes = (digits: string) => Uint8Array.from(Buffer.from(digits.replaceAll(' ', ''), 'hex'));

describe('CBOR in the canonical form of CTAP2', () => {
  it('sorts keys by type, length and bytes', () => {
    const map = cborMap([
      ['authData', 1],
      ['fmt', 2],
      [-3, 3],
      [300, 4],
      [-1, 5],
      [2, 6],
      ['absent', undefined],
    ]);
    expect(hex(encodeCbor(map))).toBe('a60206' + '19012c04' + '2005' + '2203' + '63666d7402' + '68617574684461746101');
  });

  it('accepts keys in another order', () => {
    expect(decodeCbor(bytes('a2 0201 0102'))).toEqual(
      new Map([
        [2, 1],
        [1, 2],
      ]),
    );
  });

  it('leaves the bytes after the first value', () => {
    const { value, rest } = decodeFirstCbor(bytes('8101 02'));
    expect(value).toEqual([1]);
    expect(hex(rest)).toBe('02');
  });

  it.each([
    ['a key twice', 'a2 0101 0102'],
    ['a map without its end', 'bf 0101 ff'],
    ['an array without its end', '9f 01 ff'],
    ['bytes without their length', '5f 4101 ff'],
    ['a number that is longer than it need be', '1801'],
    ['a length that is longer than it need be', '590001 00'],
    ['a tag', 'c1 01'],
    ['undefined', 'f7'],
    ['something behind it', '01 01'],
    ['nothing at all', ''],
    ['bytes that are cut short', '4401'],
    ['an array that promises a million values', '9a000f4240 01'],
    ['bytes that promise four thousand million', '5bffffffffffffffff 01'],
    ['a key that is a map', 'a1 a0 01'],
    ['nesting of nine levels', '81'.repeat(9) + '01'],
    ['nesting of seven thousand levels', '81'.repeat(7000) + '01'],
  ])('refuses %s', (_what, digits) => {
    expect(() => decodeCbor(bytes(digits))).toThrow(expect.objectContaining({ code: 'AUTHENTICATOR_ERROR' }));
  });

  it('accepts eight levels of nesting, several times', () => {
    const deep = `${'81'.repeat(7)}01`;
    expect(decodeCbor(bytes(`82 ${deep} ${deep}`))).toHaveLength(2);
  });
});

describe('a hostile authenticator', () => {
  const [credential] = vectors.credentials;
  const authData = credential?.authData ?? new Uint8Array();

  it('is rejected when its data are cut short anywhere', () => {
    for (let length = 0; length < authData.length; length += 1) {
      expect(() => readAuthenticatorData(authData.subarray(0, length))).toThrow(
        expect.objectContaining({ code: 'AUTHENTICATOR_ERROR' }),
      );
    }
  });

  it('cannot make its facts exceed their limits', () => {
    const info = readInfo(
      cborMap([
        [1, Array.from({ length: 5000 }, () => 'FIDO_2_1')],
        [2, ['x'.repeat(5000)]],
        [3, new Uint8Array(16)],
        [0x0d, 4_000_000],
        [0x05, 1],
        [0x07, 0],
      ]),
    );
    expect(info).toMatchObject({ minPinLength: 63, maxMessageSize: 1024, maxCredentialCount: 1, extensions: [] });
    expect(info.versions).toHaveLength(32);
  });

  it.each([
    ['without an AAGUID', cborMap([[1, ['FIDO_2_1']]])],
    ['with a short AAGUID', cborMap([[3, new Uint8Array(15)]])],
    [
      'with options that are no map',
      cborMap([
        [3, new Uint8Array(16)],
        [4, []],
      ]),
    ],
    [
      'with a length that is negative',
      cborMap([
        [3, new Uint8Array(16)],
        [0x0d, -1],
      ]),
    ],
  ])('is none %s', (_what, answer) => {
    expect(() => readInfo(answer)).toThrow(expect.objectContaining({ code: 'AUTHENTICATOR_ERROR' }));
  });
});
