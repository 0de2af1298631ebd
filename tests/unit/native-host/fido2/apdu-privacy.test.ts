import { describe, expect, it } from '@jest/globals';
import { CtapApduPrivacy, isCtapApdu } from '../../../../native-host/src/applets/fido2/nfc-instructions.js';
import { decodeCommand } from '../../../../native-host/src/iso7816/apdu.js';

const command = (digits: string) => decodeCommand(Uint8Array.from(Buffer.from(digits.replaceAll(' ', ''), 'hex')));
const judge = (...apdus: string[]): boolean[] => {
  const privacy = new CtapApduPrivacy();
  return apdus.map((apdu) => privacy.isHarmless(command(apdu)));
};
const POLL = '80 11 0000 00';

describe('the visible part of a CTAP2 message', () => {
  it.each(['04', '07', '0b'])('is all of %s, which has no parameters', (message) => {
    expect(judge(`80108000 01 ${message} 00`, POLL)).toEqual([true, true]);
  });

  it.each([
    ['authenticatorClientPIN', '06 a20102020100'],
    ['authenticatorMakeCredential', '01 a0'],
    ['authenticatorGetAssertion', '02 a0'],
    ['authenticatorConfig', '0d a0'],
    ['authenticatorCredentialManagement', '0a a0'],
    ['getInfo with something behind it', '04 00'],
    ['a command that is not known', 'f0'],
  ])('is nothing of %s or its answer', (_what, message) => {
    const length = (message.replaceAll(' ', '').length / 2).toString(16).padStart(2, '0');
    expect(judge(`80108000 ${length} ${message} 00`, POLL)).toEqual([false, false]);
  });

  it('is nothing of a chain, even if its last block looks like a command', () => {
    expect(judge('90108000 02 06a2', '80108000 01 04 00', POLL)).toEqual([false, false, false]);
    expect(judge('90108000 01 04', '80108000 01 04 00')).toEqual([false, false]);
  });

  it('is nothing of an answer whose command was not seen', () => {
    expect(judge(POLL)).toEqual([false]);
  });

  it.each([
    ['80108000 01 04 00', true],
    ['90108000 01 04', true],
    [POLL, true],
    ['00108000 01 04 00', false],
    ['00a40400 08 a0000006472f0001 00', false],
    ['00c0000010', false],
  ])('%s is such a message: %s', (apdu, is) => {
    expect(isCtapApdu(command(apdu))).toBe(is);
  });
});
