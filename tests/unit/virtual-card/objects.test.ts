import { describe, expect, it } from '@jest/globals';
import { blankChip, tag, VERIFY_FACTORY_PIN, withData } from './blank-chip.js';

const get = (object: string): string => withData('00CB3FFF', tag('5C', object));
const put = (object: string, value: string): string => withData('00DB3FFF', tag('5C', object) + tag('53', value));

describe.each([
  ['yubikey', '0A'],
  ['piv', '03'],
] as const)('objects of a %s card', (profile, management) => {
  it('are absent on a blank card, but for the discovery object', async () => {
    const chip = await blankChip(profile);
    expect(await chip.status(get('5FC102'))).toBe('6A82');
    expect(await chip.status(get('5FC105'))).toBe('6A82');
    expect(await chip.data(get('7E'))).toBe('7E124F0BA0000003080000100001005F2F024000');
    expect(await chip.status(get('7F61'))).toBe('6A82');
  });

  it('are written, read, and deleted by an empty value', async () => {
    const chip = await blankChip(profile);
    await chip.authenticate(management);
    await chip.expectOk(put('5FC105', 'CAFE'));
    expect(await chip.data(get('5FC105'))).toBe('5302CAFE');
    await chip.expectOk(put('5FC105', ''));
    expect(await chip.status(get('5FC105'))).toBe('6A82');
  });

  it('hide the printed information until the PIN is verified', async () => {
    const chip = await blankChip(profile);
    await chip.authenticate(management);
    await chip.expectOk(put('5FC109', 'CAFE'));
    expect(await chip.status(get('5FC109'))).toBe('6982');
    await chip.expectOk(VERIFY_FACTORY_PIN);
    expect(await chip.data(get('5FC109'))).toBe('5302CAFE');
  });

  it('have a largest size', async () => {
    const chip = await blankChip(profile);
    await chip.authenticate(management);
    expect(await chip.status(put('5FC105', '00'.repeat(3000)))).toBe('9000');
    expect(await chip.status(put('5FC105', '00'.repeat(5000)))).toBe('6A84');
  });

  it('are refused when the data is no BER-TLV', async () => {
    const chip = await blankChip(profile);
    await chip.authenticate(management);
    expect(await chip.status(withData('00CB3FFF', '5C055FC1'))).toBe('6A80');
    expect(await chip.status(withData('00DB3FFF', '5C035FC1055305CA'))).toBe('6A80');
    expect(await chip.status(withData('00DB0000', '5C035FC1055301CA'))).toBe('6A86');
    expect(chip.defects).toEqual([]);
  });

  it('exist only on the YubiKey if the standard does not have them', async () => {
    const chip = await blankChip(profile);
    await chip.authenticate(management);
    expect(await chip.status(put('5FFF00', 'CAFE'))).toBe(profile === 'yubikey' ? '9000' : '6A82');
  });
});
