import { createCipheriv, createDecipheriv } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { blankChip, FACTORY_KEY, tag, withData } from './blank-chip.js';

const ASK_WITNESS = '047C028000';
const ASK_CHALLENGE = '047C028100';
const PUT_CCC = withData('00DB3FFF', `5C035FC107${tag('53', 'F000')}`);

describe('the management key', () => {
  it('is asked for before objects are written and keys are made', async () => {
    for (const [profile, algorithm] of [
      ['yubikey', '0A'],
      ['piv', '03'],
    ] as const) {
      const chip = await blankChip(profile);
      expect(await chip.status(PUT_CCC)).toBe('6982');
      expect(await chip.status('0047009A05AC03800111')).toBe('6982');
      await chip.authenticate(algorithm);
      expect(await chip.status(PUT_CCC)).toBe('9000');
      expect(await chip.status('0047009A05AC03800111')).toBe('9000');
      chip.chip.reset();
      await chip.expectOk('00A4040005A000000308');
      expect(await chip.status(PUT_CCC)).toBe('6982');
    }
  });

  it('does not open the card when it is wrong', async () => {
    for (const [profile, algorithm, status] of [
      ['yubikey', '0A', '6982'],
      ['piv', '03', '6A80'],
    ] as const) {
      const chip = await blankChip(profile);
      const size = algorithm === '03' ? 8 : 16;
      await chip.expectOk(`0087${algorithm}9B${ASK_WITNESS}`);
      const wrong = tag('7C', tag('80', '00'.repeat(size)) + tag('81', '00'.repeat(size)));
      expect(await chip.status(withData(`0087${algorithm}9B`, wrong))).toBe(status);
      expect(await chip.status(PUT_CCC)).toBe('6982');
    }
  });

  it('accepts the decrypted witness only right after it was requested', async () => {
    for (const [between, status] of [
      [undefined, '9000'],
      ['00CB3FFF035C017E', '6A80'],
    ] as const) {
      const chip = await blankChip('piv');
      const witness = Buffer.from((await chip.data(`0087039B${ASK_WITNESS}`)).slice(8), 'hex');
      const decipher = createDecipheriv('des-ede3-ecb', FACTORY_KEY, null).setAutoPadding(false);
      const answer = tag('7C', tag('80', decipher.update(witness).toString('hex')) + tag('81', '00'.repeat(8)));
      if (between) await chip.expectOk(between);
      expect(await chip.status(withData('0087039B', answer))).toBe(status);
      expect(await chip.status(withData('0087039B', answer))).toBe('6A80');
    }
  });

  it('can be proved one-way on a YubiKey, and not on a plain PIV card', async () => {
    const yubikey = await blankChip('yubikey');
    const challenge = Buffer.from((await yubikey.data(`00870A9B${ASK_CHALLENGE}`)).slice(8), 'hex');
    const response = createCipheriv('aes-192-ecb', FACTORY_KEY, null).update(challenge).toString('hex');
    expect(await yubikey.status(withData('00870A9B', tag('7C', tag('82', response))))).toBe('9000');
    expect(await yubikey.status(PUT_CCC)).toBe('9000');
    expect(await (await blankChip('piv')).status(`0087039B${ASK_CHALLENGE}`)).toBe('6A80');
  });

  it('is refused by one card if the algorithm is another, which the other card ignores', async () => {
    expect(await (await blankChip('piv')).status(`00870A9B${ASK_WITNESS}`)).toBe('6A86');
    expect(await (await blankChip('piv')).status(`0087009B${ASK_WITNESS}`)).toBe('9000');
    expect(await (await blankChip('yubikey')).status(`0087039B${ASK_WITNESS}`)).toBe('9000');
  });

  it.each([
    ['03', 24],
    ['08', 16],
    ['0A', 24],
    ['0C', 32],
  ] as const)('can be replaced on a YubiKey by one of algorithm %s with %d bytes', async (algorithm, length) => {
    const chip = await blankChip('yubikey');
    const key = Buffer.from(Array.from({ length }, (_, index) => 3 * index + 1));
    const set = withData('00FFFFFF', algorithm + tag('9B', key.toString('hex')));
    expect(await chip.status(set)).toBe('6982');
    await chip.authenticate('0A');
    expect(await chip.status(set)).toBe('9000');
    chip.chip.reset();
    await chip.expectOk('00A4040005A000000308');
    await chip.authenticate(algorithm, key);
    expect(await chip.data('00F7009B')).toBe(`0101${algorithm}02020001050100`);
  });

  it('is refused if its length is wrong', async () => {
    const chip = await blankChip('yubikey');
    await chip.authenticate('0A');
    expect(await chip.status(withData('00FFFFFF', `08${tag('9B', '00'.repeat(24))}`))).toBe('6A80');
    expect(await chip.status(withData('00FFFFFF', `77${tag('9B', '00'.repeat(24))}`))).toBe('6A80');
  });

  it('cannot be replaced on a plain PIV card', async () => {
    const chip = await blankChip('piv');
    await chip.authenticate('03');
    expect(await chip.status(withData('00FFFFFF', `03${tag('9B', '11'.repeat(24))}`))).toBe('6D00');
    await chip.authenticate('03');
  });
});
