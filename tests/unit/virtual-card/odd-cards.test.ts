import { describe, expect, it } from '@jest/globals';
import { blankChip, FACTORY_KEY, pin, SELECT_PIV, tag, TestChip, VERIFY_FACTORY_PIN, withData } from './blank-chip.js';

const VERIFY = '0020008008';
const CHANGE_PIN = '0024008010';
const CHANGE_PUK = '0024008110';
const UNBLOCK = '002C008010';
const FACTORY_PUK = '12345678';
const [ONE, TWO, THREE, FOUR] = ['100000', '200000', '300000', '400000'] as const;

/** Expected answers as the published source of OpenFIPS201 gives them (`updatePIN`, `resetRetryCounter`, `changeReferenceData`). */
describe('a card with a PIN history', () => {
  const unblocked = (chip: TestChip, next: string, puk = FACTORY_PUK) => chip.status(UNBLOCK + pin(puk) + pin(next));

  it('refuses its three latest PINs, the present one too, and takes an older one', async () => {
    const chip = await blankChip('piv-history');
    for (const next of [ONE, TWO, THREE]) expect(await unblocked(chip, next)).toBe('9000');
    for (const next of [ONE, TWO, THREE]) expect(await unblocked(chip, next)).toBe('6984');
    expect(await unblocked(chip, FOUR)).toBe('9000');
    expect(await chip.status(VERIFY + pin(FOUR))).toBe('9000');
    expect(await unblocked(chip, ONE)).toBe('9000');
  });

  it('does not count the PIN of its factory, which an administrator set', async () => {
    const chip = await blankChip('piv-history');
    expect(await unblocked(chip, '123456')).toBe('9000');
    expect(await unblocked(chip, '123456')).toBe('6984');
  });

  it('keeps PIN and counter when it refuses a PIN, and has compared the PUK before', async () => {
    const chip = await blankChip('piv-history');
    await unblocked(chip, ONE);
    await chip.status(VERIFY + pin(TWO));
    expect(await unblocked(chip, ONE, '87654321')).toBe('63C2');
    expect(await unblocked(chip, ONE)).toBe('6984');
    expect([chip.card.state.pin.triesLeft, chip.card.state.puk.triesLeft]).toEqual([2, 3]);
    expect(await chip.status(VERIFY + pin(ONE))).toBe('9000');
  });

  it('refuses them in CHANGE REFERENCE DATA too, and has no history of PUKs', async () => {
    const chip = await blankChip('piv-history');
    expect(await chip.status(CHANGE_PIN + pin('123456') + pin(ONE))).toBe('9000');
    expect(await chip.status(CHANGE_PIN + pin(ONE) + pin(ONE))).toBe('6984');
    expect(await chip.status(CHANGE_PUK + pin(FACTORY_PUK) + pin(FACTORY_PUK))).toBe('9000');
    expect(await chip.status(CHANGE_PUK + pin(FACTORY_PUK) + pin(FACTORY_PUK))).toBe('9000');
  });

  it('judges a new PIN after the comparison, and ends the login with RESET RETRY COUNTER', async () => {
    const chip = await blankChip('piv-history');
    expect(await unblocked(chip, '12345', '87654321')).toBe('63C2');
    expect(await unblocked(chip, '12345')).toBe('6A80');
    await chip.expectOk(VERIFY_FACTORY_PIN);
    await unblocked(chip, ONE);
    expect(await chip.status('00200080')).toBe('63C3');
  });

  it('tells the last wrong try by 63C0 in CHANGE REFERENCE DATA, and by 6983 elsewhere', async () => {
    const change = async (): Promise<string> => chip.status(CHANGE_PUK + pin('87654321') + pin(FACTORY_PUK));
    const chip = await blankChip('piv-history');
    expect([await change(), await change(), await change(), await change()]).toEqual(['63C2', '63C1', '63C0', '6983']);
    const wrong = (): Promise<string> => chip.status(VERIFY + pin('654321'));
    expect([await wrong(), await wrong(), await wrong()]).toEqual(['63C2', '63C1', '6983']);
  });
});

/** Expected answers as the published source of OpenFIPS201 gives them (`PIVDataObject.allocate`, `clear` and `getData`). */
describe('a card whose objects cannot grow', () => {
  const put = (chip: TestChip, bytes: number): Promise<string> =>
    chip.status(withData('00DB3FFF', tag('5C', '5FC105') + tag('53', '5A'.repeat(bytes))));
  const read = (chip: TestChip): Promise<string> => chip.data('00CB3FFF055C035FC10500');

  it('takes shorter content, but none that is longer than the first', async () => {
    const chip = await blankChip('piv-fixed-objects');
    await chip.authenticate('03', FACTORY_KEY);
    expect([await put(chip, 9), await put(chip, 10), await put(chip, 4), await put(chip, 9)]).toEqual([
      '9000',
      '6A84',
      '9000',
      '9000',
    ]);
  });

  it('answers 9000 without data for an object that was deleted, and 6A82 for one that never was', async () => {
    const chip = await blankChip('piv-fixed-objects');
    await chip.authenticate('03', FACTORY_KEY);
    expect(await chip.status('00CB3FFF055C035FC10500')).toBe('6A82');
    await put(chip, 9);
    await put(chip, 0);
    expect(await read(chip)).toBe('');
    expect(await put(chip, 10)).toBe('6A84');
  });
});

it('has as many tries as 63Cx can tell', async () => {
  const chip = await blankChip('piv-15-tries');
  expect(await chip.status('00200080')).toBe('63CF');
  expect(await chip.status(CHANGE_PUK + pin('87654321') + pin('11223344'))).toBe('63CE');
});

it.each([
  ['piv-aes-128', '08', 16],
  ['piv-aes-256', '0C', 32],
] as const)('has an AES management key from the factory: %s', async (profile, algorithm, bytes) => {
  const chip = await blankChip(profile);
  await chip.authenticate(algorithm, Buffer.from('0102030405060708'.repeat(bytes / 8), 'hex'));
  expect(await chip.status('00DB3FFF0A5C035FC1055303700100')).toBe('9000');
});

it('takes only PINs of eight digits, and a PUK as every card', async () => {
  const chip = await blankChip('piv-8-digits');
  const unblocked = (next: string): Promise<string> => chip.status(UNBLOCK + pin(FACTORY_PUK) + pin(next));
  expect(await chip.status(VERIFY + pin('11223344'))).toBe('9000');
  expect([await unblocked('123456'), await unblocked('1234567x'), await unblocked('87654321')]).toEqual([
    '6A80',
    '6A80',
    '9000',
  ]);
  expect(await chip.status(VERIFY + pin('123456'))).toBe('6A80');
  expect(chip.card.state.pin.triesLeft).toBe(3);
  expect(await chip.status(CHANGE_PUK + pin(FACTORY_PUK) + pin('abcdef'))).toBe('9000');
});

/** ISO/IEC 7816-3, 10.3.2 and 12.2.4. */
describe('a card that speaks T=0', () => {
  const select = Buffer.from(SELECT_PIV, 'hex');

  it('offers the response to a command with data, and gives it to GET RESPONSE', async () => {
    const { chip } = await blankChip('piv-t0');
    const offered = await chip.transmit(select);
    expect([offered.length, offered[0]]).toEqual([2, 0x61]);
    const response = await chip.transmit(Buffer.of(0, 0xc0, 0, 0, offered[1] ?? 0));
    expect(response.subarray(-2).toString('hex')).toBe('9000');
    expect(response).toHaveLength((offered[1] ?? 0) + 2);
  });

  it('refuses a command with two length bytes', async () => {
    const { chip } = await blankChip('piv-t0');
    const answer = await chip.transmit(Buffer.concat([select, Buffer.of(0)]));
    expect(answer.toString('hex')).toBe('6700');
  });
});

/** As the published source of PivApplet (`processVerify`) has it. */
it('makes its keys unusable when PIN and PUK are blocked, and keeps them in their slots', async () => {
  const chip = await blankChip('applet-attests');
  await chip.authenticate('0A');
  await chip.data('0047009E05AC0380011100');
  const sign = (): Promise<string> => chip.status(`0087119E26${tag('7C', `8200${tag('81', '5A'.repeat(32))}`)}00`);
  expect(await sign()).toBe('9000');
  for (let tries = 0; tries < 3; tries += 1) await chip.status(UNBLOCK + pin('87654321') + pin(ONE));
  expect(await sign()).toBe('9000');
  await chip.status(VERIFY + pin('654321'));
  expect(await sign()).toBe('6F00');
  expect(chip.card.state.keys.has(0x9e)).toBe(true);
  chip.chip.reset();
  await chip.expectOk(SELECT_PIV);
  expect(await sign()).toBe('6F00');
});
