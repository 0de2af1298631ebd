import { describe, expect, it } from '@jest/globals';
import { decodeCommand } from '../../../../native-host/src/iso7816/apdu.js';
import { ApduPrivacy } from '../../../../native-host/src/trace/apdu-privacy.js';

const bytes = (text: string) => Uint8Array.from(Buffer.from(text.replaceAll(' ', ''), 'hex'));
const judge = (...apdus: string[]): boolean[] => {
  const privacy = new ApduPrivacy();
  return apdus.map((apdu) => privacy.isHarmless(decodeCommand(bytes(apdu))));
};

describe('the visible part of an APDU', () => {
  it.each([
    ['SELECT', '00a4040009 a00000030800001000 00'],
    ['GET DATA of the CHUID', '00cb3fff05 5c035fc102 00'],
    ['GET DATA of a certificate', '00cb3fff05 5c035fc105 00'],
    ['GET DATA of the discovery object', '00cb3fff03 5c017e 00'],
    ['PUT DATA of a certificate', '00db3fff09 5c035fc105 5302aabb'],
    ['GENERATE ASYMMETRIC KEY PAIR', '0047009a05 ac03800111 00'],
    ['GET METADATA', '00f7009a00'],
    ['GET VERSION', '00fd000000'],
    ['GET SERIAL', '00f8000000'],
    ['ATTEST', '00f99a0000'],
    ['READ CONFIG of the management application', '001d0000 00'],
    ['authenticatorGetInfo', '80108000 01 04 00'],
    ['GET DATA of the CHUID with extended lengths', '00cb3fff000005 5c035fc102 0000'],
  ])('is all of %s', (_what, apdu) => {
    expect(judge(apdu)).toEqual([true]);
  });

  it.each([
    ['VERIFY', '0020008008 3733393136340000'],
    ['CHANGE REFERENCE DATA', '0024008010 3733393136340000 3733393136340000'],
    ['RESET RETRY COUNTER', '002c008010 3733393136340000 3733393136340000'],
    ['GENERAL AUTHENTICATE', '0087039b04 7c028000 00'],
    ['SET MANAGEMENT KEY', '00ffffff04 039b0101'],
    ['IMPORT ASYMMETRIC KEY', '00fe119a03 06012a'],
    ['authenticatorClientPIN', '80108000 02 06a0 00'],
    ['authenticatorMakeCredential', '80108000 02 01a0 00'],
    ['NFCCTAP_GETRESPONSE of a message that was not seen', '80110000 00'],
    ['an instruction that this host does not know', '0042000003 010203'],
    ['GET DATA of the printed information, where some keep a management key', '00cb3fff05 5c035fc109 00'],
    ['GET DATA of the fingerprints', '00cb3fff05 5c035fc103 00'],
    ["GET DATA of Yubico's own object", '00cb3fff05 5c035fff00 00'],
    ['PUT DATA of the printed information', '00db3fff09 5c035fc109 5302aabb'],
    ['PUT DATA that names a public object and no content', '00db3fff05 5c035fc105'],
    ['GET DATA with something behind its tag', '00cb3fff06 5c035fc10500'],
    ['GET DATA without a tag', '00cb3fff02 aabb'],
  ])('is nothing of %s', (_what, apdu) => {
    expect(judge(apdu)).toEqual([false]);
  });

  it('is the same for later blocks of a chain as for the first', () => {
    expect(judge('10db3fff08 5c035fc105 538201', '10db3fff02 aabb', '00db3fff02 aabb')).toEqual([true, true, true]);
    expect(judge('10db3fff08 5c035fc109 538201', '10db3fff02 aabb', '00db3fff02 aabb')).toEqual([false, false, false]);
  });

  it('is nothing of blocks whose beginning was not seen, or of what follows a chain', () => {
    expect(judge('00db3fff02 aabb')).toEqual([false]);
    expect(judge('10db3fff08 5c035fc105 538201', '00db3fff02 aabb', '00db3fff02 aabb')).toEqual([true, true, false]);
  });

  it('is nothing of another command after an abandoned chain', () => {
    const chain = '10db3fff08 5c035fc105 538201';
    expect(judge(chain, '00db3fff09 5c035fc109 5302aabb')).toEqual([true, false]);
    expect(judge(chain, '0020008008 3733393136340000', '00db3fff02 aabb')).toEqual([true, false, false]);
  });

  it('is the same for a fetched answer as for its command', () => {
    expect(judge('00cb3fff05 5c035fc105 00', '00c0000000', '00c0000010')).toEqual([true, true, true]);
    expect(judge('00cb3fff05 5c035fc109 00', '00c0000000')).toEqual([false, false]);
    expect(judge('00cb3fff05 5c035fc105 00', '0087079a02 7c00 00', '00c0000000')).toEqual([true, false, false]);
    expect(judge('00c0000000')).toEqual([false]);
  });

  it('is the same for a fetched FIDO answer as for its message', () => {
    expect(judge('80108000 01 04 00', '00c0000010', '80108000 02 06a0 00', '80110000 00', '00c0000010')).toEqual([
      true,
      true,
      false,
      false,
      false,
    ]);
  });

  it('is nothing of a message in several blocks, which may look harmless later', () => {
    expect(judge('90108000 02 06a0', '80108000 01 04 00')).toEqual([false, false]);
  });
});
