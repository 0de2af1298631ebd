import { expect, it } from '@jest/globals';
import { tlv } from '@cardwright/cms/authority';
import { encodeCcc, encodeChuid } from '@cardwright/cms/devices';

const GUID = '0f1e2d3c-4b5a-4978-8695-a4b3c2d1e0f0';
const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');

it('encodes a CHUID with the non-federal FASC-N, the GUID and the expiry date', () => {
  const expected = [
    '3019d4e739da739ced39ce739d836858210842108421c84210c3eb',
    '34100f1e2d3c4b5a49788695a4b3c2d1e0f0',
    '35083230333031313235',
    '3e00',
    'fe00',
  ];
  expect(hex(encodeChuid(GUID, new Date('2030-11-25T12:00:00Z')))).toBe(expected.join(''));
});

it('encodes a constant CCC that names the PIV data model', () => {
  expect(hex(encodeCcc(GUID))).toBe(
    'f015a000000116ff020f1e2d3c4b5a49788695a4b3c2d1f10121f20121f300f40100f50110f600f700fa00fb00fc00fd00fe00',
  );
});

it.each([
  [0, '0400'],
  [127, '047f'],
  [128, '048180'],
  [255, '0481ff'],
  [256, '04820100'],
])('writes a length of %i in its shortest form', (length, header) => {
  expect(hex(tlv(4, new Uint8Array(length))).startsWith(header)).toBe(true);
  expect(tlv(4, new Uint8Array(length)).length).toBe(header.length / 2 + length);
});
