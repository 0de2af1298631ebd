import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { isCardwrightError, type CardwrightError } from '@cardwright/protocol';
import { PcscError } from '../../../../native-host/src/pcsc/binding.js';
import { meaningOfPcscError } from '../../../../native-host/src/pcsc/pcsc-error.js';
import { PCSC_CODE } from '../../../../native-host/src/pcsc/return-codes.js';

const HEADER = '/usr/include/PCSC/pcsclite.h';

function meaning(code: number): CardwrightError {
  const meant = meaningOfPcscError(new PcscError(code, 'text'));
  if (isCardwrightError(meant)) return meant;
  throw new Error('the code has no meaning');
}

describe('a PC/SC return code', () => {
  it.each([
    [PCSC_CODE.SHARING_VIOLATION, 'DEVICE_BUSY'],
    [PCSC_CODE.NO_SMARTCARD, 'CARD_REMOVED'],
    [PCSC_CODE.REMOVED_CARD, 'CARD_REMOVED'],
    [PCSC_CODE.NOT_TRANSACTED, 'CARD_REMOVED'],
    [PCSC_CODE.INVALID_HANDLE, 'CARD_REMOVED'],
    [PCSC_CODE.UNKNOWN_READER, 'READER_REMOVED'],
    [PCSC_CODE.READER_UNAVAILABLE, 'READER_REMOVED'],
    [PCSC_CODE.NO_READERS_AVAILABLE, 'READER_REMOVED'],
    [PCSC_CODE.NO_SERVICE, 'PCSC_UNAVAILABLE'],
    [PCSC_CODE.SERVICE_STOPPED, 'PCSC_UNAVAILABLE'],
    [PCSC_CODE.COMM_ERROR, 'PCSC_UNAVAILABLE'],
    [PCSC_CODE.NO_ACCESS, 'PCSC_FORBIDDEN'],
    [PCSC_CODE.UNRESPONSIVE_CARD, 'CARD_MUTE'],
    [PCSC_CODE.PROTO_MISMATCH, 'CARD_MUTE'],
    [PCSC_CODE.RESET_CARD, 'CARD_RESET'],
  ])('%i is %s', (code, expected) => {
    expect(meaning(code).code).toBe(expected);
  });

  it.each([
    ['6 (ERROR_INVALID_HANDLE)', 0x06, 'CARD_REMOVED'],
    ['1F (ERROR_GEN_FAILURE)', 0x1f, 'PCSC_ERROR'],
    ['16 (ERROR_BAD_COMMAND)', 0x16, 'PCSC_ERROR'],
    ['79 (ERROR_SEM_TIMEOUT)', 0x79, 'CARD_MUTE'],
    ['48F (ERROR_DEVICE_NOT_CONNECTED)', 0x48f, 'READER_REMOVED'],
    ['6BA (RPC_S_SERVER_UNAVAILABLE)', 0x6ba, 'PCSC_UNAVAILABLE'],
  ])('has a meaning even if only Windows uses it: %s', (_, code, expected) => {
    expect(meaning(code).code).toBe(expected);
  });

  it.each([
    ['cancelled', [PCSC_CODE.CANCELLED, PCSC_CODE.CANCELLED_BY_USER], 'CANCELLED'],
    ['timed out in the reader', [PCSC_CODE.TIMEOUT, PCSC_CODE.WAITED_TOO_LONG], 'CARD_MUTE'],
    ['failed', [PCSC_CODE.INTERNAL_ERROR, PCSC_CODE.UNKNOWN_ERROR, PCSC_CODE.UNEXPECTED], 'PCSC_ERROR'],
  ])('distinguishes what was %s', (_, codes, expected) => {
    expect(codes.map((code) => meaning(code).code)).toEqual(codes.map(() => expected));
    const all = Object.values(PCSC_CODE).filter((code) => meaning(code).code === 'TIMEOUT');
    expect(all).toEqual([]);
  });

  it('is reported by its digits without another meaning, even if no header knows it', () => {
    expect(meaning(PCSC_CODE.NO_MEMORY)).toMatchObject({ code: 'PCSC_ERROR', data: { code: '0x80100006' } });
    expect(meaning(0x1f)).toMatchObject({ data: { code: '0x0000001f' } });
    expect(meaning(0xdeadbeef)).toMatchObject({ code: 'PCSC_ERROR', data: { code: '0xdeadbeef' } });
  });

  it('is known by name if pcsclite.h defines it', () => {
    const defined = [...readFileSync(HEADER, 'utf8').matchAll(/^#define\s+SCARD_[EFWP]_\w+\s+\(\(LONG\)(0x80\w+)\)/gm)];
    expect(defined.length).toBeGreaterThan(50);
    const known: readonly number[] = Object.values(PCSC_CODE);
    expect(defined.map(([, code]) => Number(code)).filter((code) => !known.includes(code))).toEqual([]);
  });

  it('is the only error with a meaning: everything else is a defect', () => {
    const defect = new TypeError('x is undefined');
    expect(meaningOfPcscError(defect)).toBe(defect);
  });
});
