import { describe, expect, it } from '@jest/globals';
import { blankChip, SELECT_PIV, tag, withData } from './blank-chip.js';

const GET_CHUID = '5C035FC102';

describe('the transport layer of a virtual card', () => {
  it('puts a chain of commands together', async () => {
    const chip = await blankChip('yubikey');
    await chip.authenticate('0A');
    const object = GET_CHUID + tag('53', 'AB'.repeat(300));
    await chip.expectOk(`10DB3FFFFF${object.slice(0, 510)}`);
    await chip.expectOk(withData('00DB3FFF', object.slice(510)));
    expect(await chip.data(withData('00CB3FFF', GET_CHUID))).toBe(tag('53', 'AB'.repeat(300)));
  });

  it('hands a long answer out piece by piece to short APDUs, and whole to extended ones', async () => {
    const chip = await blankChip('yubikey');
    await chip.authenticate('0A');
    await chip.expectOk(withData('00DB3FFF', GET_CHUID + tag('53', 'AB'.repeat(600))));
    expect(await chip.status(withData('00CB3FFF', GET_CHUID))).toBe('6100');
    expect(await chip.status('00C0000000')).toBe('615C');
    expect(await chip.status('00C000005C')).toBe('9000');
    expect(await chip.status(`00CB3FFF000005${GET_CHUID}0000`)).toBe('9000');
  });

  it('refuses GET RESPONSE when there is nothing left', async () => {
    const chip = await blankChip('yubikey');
    expect(await chip.status('00C0000000')).toBe('6D00');
  });

  it.each(['00', '00CB3F', '00CB3FFF055C035FC1', '00CB3FFF00', '00CB3FFF000005'])(
    'answers %s, whose lengths do not add up, with an error and no defect',
    async (apdu) => {
      const chip = await blankChip('piv');
      expect(await chip.status(apdu)).toMatch(/^6[7A]/);
      expect(chip.defects).toEqual([]);
    },
  );

  it('bounds a chain', async () => {
    const chip = await blankChip('piv');
    let status = '9000';
    for (let link = 0; status === '9000' && link < 100; link++) {
      status = await chip.status(`10DB3FFFFF${'00'.repeat(255)}`);
    }
    expect(status).toBe('6700');
  });

  it('knows other classes as each card does', async () => {
    expect(await (await blankChip('yubikey')).status('80CA006600')).toBe('6E00');
    expect(await (await blankChip('piv')).status('80CA006600')).toBe('6A82');
  });

  it('selects by a shortened name, and says which application it is', async () => {
    const yubikey = await blankChip('yubikey');
    expect(await yubikey.data(SELECT_PIV)).toBe('61114F0600001000010079074F05A000000308');
    expect(await yubikey.status('00A4040009A0000003080000100000')).toBe('9000');
    expect(await yubikey.status('00A4040009A0000003080000200000')).toBe('6A82');
  });

  it('loses the login at another SELECT on one card, and keeps it on the other', async () => {
    for (const [profile, after, status] of [
      ['yubikey', '6D00', '6A82'],
      ['piv', '9000', '6D00'],
    ] as const) {
      const chip = await blankChip(profile);
      await chip.expectOk('0020008008313233343536FFFF');
      expect(await chip.status('00A4040008A000000647000001')).toBe(status);
      expect(await chip.status('00200080')).toBe(after);
    }
  });
});
