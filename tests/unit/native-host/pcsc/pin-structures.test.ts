import { describe, expect, it } from '@jest/globals';
import { modifyStructure, verifyStructure } from '../../../../native-host/src/pcsc/pin-structures.js';

const LENGTHS = { min: 6, max: 8 };
const VERIFY = '0020008008' + 'ff'.repeat(8);
const CHANGE = '0024008010' + 'ff'.repeat(16);

const hex = (structure: Uint8Array): string => Buffer.from(structure).toString('hex');
const apdu = (text: string): Uint8Array => Buffer.from(text, 'hex');

/** The fields of PC/SC part 10 (2.5.2 and 2.5.3), in their order and without gaps. */
describe('the structure for', () => {
  it.each([
    ['little', '0806', '0904', '0d000000'],
    ['big', '0608', '0409', '0000000d'],
  ] as const)('a verification, in %s-endian order', (order, extraDigit, language, length) => {
    const fields = ['3c', '00', '82', '08', '00', extraDigit, '02', '01', language, '00', '000000', length, VERIFY];
    expect(hex(verifyStructure(apdu(VERIFY), LENGTHS, order))).toBe(fields.join(''));
  });

  it.each([
    ['little', '0806', '0904', '15000000'],
    ['big', '0608', '0409', '00000015'],
  ] as const)('a change with the current PIN, in %s-endian order', (order, extraDigit, language, length) => {
    const before = ['3c', '00', '82', '08', '00', '00', '08', extraDigit, '03', '02', '03', language];
    const fields = [...before, '00', '01', '02', '000000', length, CHANGE];
    expect(hex(modifyStructure(apdu(CHANGE), LENGTHS, true, order))).toBe(fields.join(''));
  });

  it('a change whose current PIN the APDU has: the reader asks for the new one alone, twice', () => {
    const known = '0024008010' + '313233343536ffff' + 'ff'.repeat(8);
    const before = ['3c', '00', '82', '08', '00', '00', '08', '0806', '01', '02', '02', '0904'];
    const fields = [...before, '01', '02', '00', '000000', '15000000', known];
    expect(hex(modifyStructure(apdu(known), LENGTHS, false, 'little'))).toBe(fields.join(''));
  });

  it('a PIN of one length', () => {
    expect(hex(verifyStructure(apdu(VERIFY), { min: 8, max: 8 }, 'little')).slice(10, 14)).toBe('0808');
  });
});
