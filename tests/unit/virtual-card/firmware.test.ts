import { X509Certificate } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import type { ProfileName } from '@cardwright/virtual-card';
import { blankChip, FACTORY_KEY, SELECT_PIV, tag, TestChip, withData } from './blank-chip.js';
import { everyOrOneIn } from '../../support/thorough.js';

const GENERATE_P256 = '0047009A05AC03800111';
const SELECT_MANAGEMENT = '00A4040008A000000527471117';
const ARC = '2B0601040182C40A03';
const READ_F9 = withData('00CB3FFF', '5C035FFF01');
const AES_256_KEY = '5A'.repeat(32);

interface Expected {
  readonly version: string;
  readonly text: string;
  readonly factory: '03' | '0A';
  readonly metadata: boolean;
  readonly serial: boolean;
  readonly aes: boolean;
  readonly moveKey: boolean;
  readonly rsa3072: boolean;
  readonly formFactor: boolean;
}

const version54: Expected = {
  ...{ version: '050403', text: '5.4.3', factory: '03' as const, metadata: true, serial: true, aes: true },
  ...{ moveKey: false, rsa3072: false, formFactor: true },
};
const version57: Expected = {
  ...version54,
  version: '050702',
  text: '5.7.2',
  factory: '0A',
  moveKey: true,
  rsa3072: true,
};

const cards: readonly (readonly [ProfileName, Expected])[] = [
  [
    'yubikey-4.3.7',
    {
      ...{ version: '040307', text: '4.3.7', factory: '03' as const, metadata: false, serial: false, aes: false },
      ...{ moveKey: false, rsa3072: false, formFactor: false },
    },
  ],
  ['yubikey-5.4', version54],
  ['yubikey-no-extended', version54],
  ['yubikey', version57],
  ['yubikey-5.7.2', version57],
  ['yubikey-5.8', { ...version57, version: '050800', text: '5.8.0' }],
];

describe.each(everyOrOneIn(3, cards))('a card of profile %s', (profile, expected) => {
  const authenticated = async (): Promise<TestChip> => {
    const chip = await blankChip(profile);
    await chip.authenticate(expected.factory);
    return chip;
  };

  it('reports its version', async () => {
    expect(await (await blankChip(profile)).data('00FD0000')).toBe(expected.version);
  });

  it(`has ${expected.serial ? 'the' : 'no'} serial number to read`, async () => {
    const chip = await blankChip(profile);
    if (expected.serial) expect(await chip.data('00F80000')).toBe('00BC614E');
    else expect(await chip.status('00F80000')).toBe('6D00');
  });

  it(`has ${expected.metadata ? 'metadata' : 'no metadata'}`, async () => {
    const chip = await blankChip(profile);
    if (expected.metadata) expect(await chip.data('00F7009B')).toBe(`0101${expected.factory}02020001050101`);
    else expect(await chip.status('00F7009B')).toBe('6D00');
  });

  it('is opened by the factory management key of its time, and by no other algorithm', async () => {
    await authenticated();
    const chip = await blankChip(profile);
    await expect(chip.authenticate(expected.factory === '03' ? '0A' : '03')).rejects.toThrow();
  });

  it(`takes ${expected.aes ? 'an AES' : 'no AES'} management key`, async () => {
    const chip = await authenticated();
    const set = withData('00FFFFFF', `0C${tag('9B', AES_256_KEY)}`);
    expect(await chip.status(set)).toBe(expected.aes ? '9000' : '6A80');
    if (expected.aes) await chip.authenticate('0C', Buffer.from(AES_256_KEY, 'hex'));
    else await chip.authenticate('03');
  });

  it('takes another 3DES management key', async () => {
    const chip = await authenticated();
    const key = Buffer.from(FACTORY_KEY).reverse();
    await chip.expectOk(withData('00FFFFFF', `03${tag('9B', key.toString('hex'))}`));
    await chip.authenticate('03', key);
  });

  it(`can${expected.moveKey ? '' : 'not'} move a key`, async () => {
    const chip = await authenticated();
    await chip.expectOk(GENERATE_P256);
    expect(await chip.status('00F6829A')).toBe(expected.moveKey ? '9000' : '6D00');
  });

  it(`has ${expected.rsa3072 ? 'RSA-3072' : 'no RSA-3072'}, and no RSA-1024`, async () => {
    const chip = await authenticated();
    expect(await chip.status('0047009A05AC03800105')).toMatch(expected.rsa3072 ? /^61/ : /^6A80$/);
    expect(await chip.status('0047009A05AC03800106')).toBe('6A80');
  });

  it('names its firmware and its device in its attestations', async () => {
    const chip = await authenticated();
    await chip.expectOk(GENERATE_P256);
    const raw = await chip.data('00F99A00');
    expect(new X509Certificate(Buffer.from(raw, 'hex')).subject).toBe('CN=YubiKey PIV Attestation 9a');
    expect(raw).toContain(`060A${ARC}030403${expected.version}`);
    expect(raw.includes(`060A${ARC}070406020400BC614E`)).toBe(expected.serial);
    expect(raw.includes(`060A${ARC}07`)).toBe(expected.serial);
    expect(raw).toContain(`060A${ARC}0804020201`);
    expect(raw.includes(`060A${ARC}09040101`)).toBe(expected.formFactor);
  });

  it('names no serial number there once its owner has switched that off', async () => {
    const chip = await TestChip.make(profile, { hidesSerial: true });
    await chip.expectOk(SELECT_PIV);
    await chip.authenticate(expected.factory);
    await chip.expectOk(GENERATE_P256);
    expect(await chip.data('00F99A00')).not.toContain(`060A${ARC}07`);
  });

  it('attests with the key of its batch', async () => {
    const [one, other] = [await blankChip(profile), await blankChip(profile)];
    expect(await one.data(READ_F9)).toBe(await other.data(READ_F9));
    expect(one.card.state.keys.get(0xf9)?.privateKey).toEqual(other.card.state.keys.get(0xf9)?.privateKey);
  });

  it('reports the same version in the management application', async () => {
    const chip = await TestChip.make(profile);
    const greeting = Buffer.from(await chip.data(SELECT_MANAGEMENT), 'hex').toString('ascii');
    expect(greeting.endsWith(` ${expected.text}`)).toBe(true);
    const information = await chip.data('001D0000');
    expect(information).toContain('020400BC614E');
    expect(information.includes(`0503${expected.version}`)).toBe(expected.formFactor);
  });

  it('refuses trivial PINs only where the firmware can be set to', async () => {
    const made = TestChip.make(profile, { pinComplexity: true });
    if (expected.moveKey) await expect(made).resolves.toBeDefined();
    else await expect(made).rejects.toThrow('no PIN complexity');
  });

  it('is the same again after a reset', async () => {
    const chip = await authenticated();
    await chip.expectOk(withData('00FFFFFF', `03${tag('9B', '11'.repeat(24))}`));
    for (let tries = 0; tries < 3; tries++) {
      await chip.status('0020008008313131313131FFFF');
      await chip.status('002C0080103131313131313131323232323232FFFF');
    }
    await chip.expectOk('00FB0000');
    await chip.authenticate(expected.factory);
    expect(chip.defects).toEqual([]);
  });
});

describe('a YubiKey of firmware 4', () => {
  it.each(['A000000527200101', 'A0000005272001'])('reports its serial number in the application %s', async (aid) => {
    const chip = await TestChip.make('yubikey-4.3.7');
    expect(await chip.data(withData('00A40400', aid))).toBe('040307000000');
    expect(await chip.data('0001100000')).toBe('00BC614E');
    expect(await chip.status('0001120000')).toBe('6A86');
    expect(await chip.status('00200080')).toBe('6D00');
  });

  it('is the only one that has that application here', async () => {
    expect(await (await TestChip.make('yubikey')).status('00A4040008A000000527200101')).toBe('6A82');
  });
});
