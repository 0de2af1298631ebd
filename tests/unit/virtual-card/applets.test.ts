import { describe, expect, it } from '@jest/globals';
import type { ProfileName } from '@cardwright/virtual-card';
import { blankChip, SELECT_PIV, tag, TestChip, withData } from './blank-chip.js';

const CHUID = '5C035FC102';
const F9_CERTIFICATE = withData('00CB3FFF', '5C035FFF01');
const GENERATE_P256 = '0047009A05AC03800111';

describe('a card that reports version 5.4.3 and accepts only short APDUs', () => {
  it('refuses each extended APDU, with data or without, and carries nothing out', async () => {
    const chip = await blankChip('yubikey-no-extended');
    await chip.authenticate('03');
    const object = CHUID + tag('53', 'AB'.repeat(300));
    expect(await chip.status(withData('00DB3FFF', object))).toBe('6700');
    expect(await chip.status(`00DB3FFF000009${CHUID}53023000`)).toBe('6700');
    expect(await chip.status('00FD0000000000')).toBe('6700');
    expect(await chip.status(withData('00CB3FFF', CHUID))).toBe('6A82');
  });

  it('accepts the same as a chain, and returns it by GET RESPONSE', async () => {
    const chip = await blankChip('yubikey-no-extended');
    await chip.authenticate('03');
    const object = CHUID + tag('53', 'AB'.repeat(300));
    await chip.expectOk(`10DB3FFFFF${object.slice(0, 510)}`);
    await chip.expectOk(withData('00DB3FFF', object.slice(510)));
    expect(await chip.data(withData('00CB3FFF', CHUID))).toBe(tag('53', 'AB'.repeat(300)));
  });

  it('does not end a chain or an answer by refusing an extended APDU', async () => {
    const chip = await blankChip('yubikey-no-extended');
    await chip.authenticate('03');
    await chip.expectOk(`10DB3FFF05${CHUID}`);
    expect(await chip.status('00FD0000000000')).toBe('6700');
    expect(await chip.status('00DB3FFF0453023000')).toBe('9000');
  });

  it('takes a Le of zero for what it is', async () => {
    expect(await (await blankChip('yubikey-no-extended')).data('00FD000000')).toBe('050403');
  });
});

describe('a YubiKey whose attestation key was deleted', () => {
  it('makes keys, and attests none', async () => {
    const chip = await blankChip('yubikey-no-f9');
    expect(await chip.status(F9_CERTIFICATE)).toBe('6A82');
    await chip.authenticate('0A');
    await chip.expectOk(GENERATE_P256);
    expect(await chip.data('00F7009A')).toMatch(/^01011102020201030101/);
    expect(await chip.status('00F99A00')).toBe('6F00');
    expect(await chip.status('00F700F9')).toBe('6A88');
    expect(chip.defects).toEqual([]);
  });

  it('does not get it back by a reset', async () => {
    const chip = await TestChip.make('yubikey-no-f9', { locked: true });
    await chip.expectOk(SELECT_PIV);
    await chip.expectOk('00FB0000');
    expect(await chip.status(F9_CERTIFICATE)).toBe('6A82');
    expect(chip.card.state.serial).toBe(12_345_678);
  });
});

describe('a card that reports version 5.7.2 and does not attest', () => {
  it('answers ATTEST like an instruction that it does not know, also right after GENERATE', async () => {
    const chip = await blankChip('yubikey-no-attest');
    expect(await chip.data('00FD0000')).toBe('050702');
    expect(await chip.status('00F99A00')).toBe('6D00');
    await chip.authenticate('0A');
    await chip.expectOk(GENERATE_P256);
    expect(await chip.status('00F99A00')).toBe('6D00');
    expect(await chip.status(F9_CERTIFICATE)).toBe('6A82');
    expect(await chip.status('004700F905AC03800111')).toBe('6A86');
  });

  it('has every other function of that version', async () => {
    const chip = await blankChip('yubikey-no-attest');
    expect(await chip.data('00F80000')).toBe('00BC614E');
    expect(await chip.data('00F7009B')).toBe('01010A02020001050101');
  });
});

describe('a card that refuses every SELECT', () => {
  it('answers 6999 to PIV and to anything else, and has no PIV commands', async () => {
    const chip = await TestChip.make('odd-select');
    for (const apdu of [SELECT_PIV, '00A4040008A000000647000001', '00A4040000', '00A4040009A0000003080000100000']) {
      expect(await chip.status(apdu)).toBe('6999');
    }
    expect(await chip.status('00200080')).toBe('6D00');
    expect(await chip.status('00CB3FFF035C017E')).toBe('6D00');
  });
});

describe('the answer to reset', () => {
  it.each<[ProfileName, string]>([
    ['yubikey-4.3.7', 'YubiKey'],
    ['yubikey-5.4', 'YubiKey'],
    ['yubikey-5.8', 'YubiKey'],
    ['yubikey-no-f9', 'YubiKey'],
    ['yubikey-no-extended', 'JCOPv241'],
    ['yubikey-no-attest', 'JCOPv241'],
    ['odd-select', 'JCOPv241'],
  ])('of %s names %s', async (profile, name) => {
    const { card } = await TestChip.make(profile);
    expect(card.atr.toString('latin1')).toContain(name);
    expect(card.atr.reduce((sum, byte, index) => (index === 0 ? 0 : sum ^ byte), 0)).toBe(0);
  });
});
