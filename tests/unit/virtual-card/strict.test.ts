import { createCipheriv, createDecipheriv } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import {
  blankChip,
  FACTORY_KEY,
  pin,
  SELECT_PIV,
  tag,
  type TestChip,
  VERIFY_FACTORY_PIN,
  withData,
} from './blank-chip.js';

const ASK_WITNESS = '0087039B047C028000';
const CHALLENGE = '0123456789ABCDEF';
const CHUID = '5C035FC102';
const PUT_CHUID = withData('00DB3FFF', CHUID + tag('53', '3000'));
const DISCOVERY = '00CB3FFF035C017E';
const VERIFY = '0020008008';
const DIGEST = 'AB'.repeat(32);

describe('the management key of a strict card', () => {
  it('is proved by a witness and a challenge alone', async () => {
    const chip = await strictChip();
    const witness = await decryptedWitness(chip);
    const answer = await chip.data(mutual(tag('80', witness) + tag('81', CHALLENGE)));
    expect(answer).toBe(tag('7C', tag('82', encrypted(CHALLENGE))));
    expect(await chip.status(PUT_CHUID)).toBe('9000');
  });

  it.each([
    ['an empty tag 82 at the end', (witness: string) => tag('80', witness) + tag('81', CHALLENGE) + tag('82', '')],
    ['an empty tag 82 in front', (witness: string) => tag('82', '') + tag('80', witness) + tag('81', CHALLENGE)],
    ['a tag 82 with a value', (witness: string) => tag('80', witness) + tag('81', CHALLENGE) + tag('82', CHALLENGE)],
  ])('is not proved with %s, though the answer is right', async (_, fields) => {
    const chip = await strictChip();
    const answer = await chip.data(mutual(fields(await decryptedWitness(chip))));
    expect(answer).toBe(tag('7C', tag('82', encrypted(CHALLENGE))));
    expect(await chip.status(PUT_CHUID)).toBe('6982');
  });

  it('is authenticated by the same tag 82 on a card that forgives it', async () => {
    const chip = await blankChip('piv');
    const witness = await decryptedWitness(chip);
    await chip.expectOk(mutual(tag('80', witness) + tag('81', CHALLENGE) + tag('82', '')));
    expect(await chip.status(PUT_CHUID)).toBe('9000');
  });

  it('is not proved by an answer to a witness that nobody requested', async () => {
    const chip = await strictChip();
    const answer = mutual(tag('80', CHALLENGE) + tag('81', CHALLENGE));
    expect(await chip.status(answer)).toBe('6985');
    await decryptedWitness(chip);
    expect(await chip.status(answer)).toBe('6A80');
    expect(await chip.status(answer)).toBe('6985');
  });

  it.each([
    ['GET DATA', DISCOVERY],
    ['SELECT', SELECT_PIV],
    ['an unknown command', '00F90000'],
  ])('is not proved when %s stands between the halves', async (_, between) => {
    const chip = await strictChip();
    const witness = await decryptedWitness(chip);
    await chip.status(between);
    expect(await chip.status(mutual(tag('80', witness) + tag('81', CHALLENGE)))).toBe('6985');
    expect(await chip.status(PUT_CHUID)).toBe('6982');
  });

  it('is 3DES for P1 00, and that means nothing else', async () => {
    const chip = await strictChip();
    expect(await chip.status('0087009B047C028000')).toBe('9000');
    Object.assign(chip.card.state.managementKey, { algorithm: 0x08, key: Buffer.alloc(16, 1) });
    expect(await chip.status('0087009B047C028000')).toBe('6A86');
    expect(await chip.status('0087089B047C028000')).toBe('9000');
  });

  it('cannot be proved one-way', async () => {
    expect(await (await strictChip()).status('0087039B047C028100')).toBe('6A80');
  });
});

describe('what a strict card has for the reader', () => {
  it('has to be fetched: the next command is refused, and the data is then lost', async () => {
    const chip = await withLongObject('piv-strict');
    expect(await chip.status(withData('00CB3FFF', CHUID))).toBe('6130');
    expect(await chip.status('00200080')).toBe('6985');
    expect(await chip.status('00C0000030')).toBe('6D00');
    expect(await chip.status('00200080')).toBe('63C3');
  });

  it('does not let even VERIFY or SELECT through before', async () => {
    for (const apdu of [VERIFY_FACTORY_PIN, SELECT_PIV]) {
      const chip = await withLongObject('piv-strict');
      expect(await chip.status(withData('00CB3FFF', CHUID))).toBe('6130');
      expect(await chip.status(apdu)).toBe('6985');
      expect(await chip.status('00200080')).toBe('63C3');
    }
  });

  it('is nothing more once it was fetched, or after a reset', async () => {
    const chip = await withLongObject('piv-strict');
    await chip.expectOk(withData('00CB3FFF', CHUID));
    expect(await chip.status('00200080')).toBe('63C3');
    await chip.status(withData('00CB3FFF', CHUID));
    chip.chip.reset();
    expect(await chip.status('00200080')).toBe('63C3');
  });

  it('is dropped without a word by a card that forgives it', async () => {
    const chip = await withLongObject('piv');
    expect(await chip.status(withData('00CB3FFF', CHUID))).toBe('6130');
    expect(await chip.status('00200080')).toBe('63C3');
  });
});

describe('the order of commands on a strict card', () => {
  it.each([
    ['another instruction', '00200080'],
    ['other parameters', `00DB3FFE05${CHUID}`],
    ['a block of another chain', `10CB3FFF05${CHUID}`],
    ['GET RESPONSE', '00C0000000'],
    ['SELECT', SELECT_PIV],
  ])('does not allow %s within a chain, which is lost', async (_, other) => {
    const chip = await strictChip();
    await chip.authenticate('03');
    await chip.expectOk(`10DB3FFF05${CHUID}`);
    expect(await chip.status(other)).toBe('6883');
    expect(await chip.status('00DB3FFF0453023000')).toBe('6A80');
    expect(await chip.status(PUT_CHUID)).toBe('9000');
  });

  it('breaks a chain without a word on a card that forgives it', async () => {
    const chip = await blankChip('piv');
    await chip.authenticate('03');
    await chip.expectOk(`10DB3FFF05${CHUID}`);
    expect(await chip.status('00200080')).toBe('63C3');
  });

  it('has no extended length', async () => {
    const chip = await strictChip();
    expect(await chip.status('00CB3FFF0000055C035FC1020000')).toBe('6700');
    expect(await chip.status('00200080000000')).toBe('6700');
    expect(chip.card.atr.toString('hex').toUpperCase()).toBe('3B878131FE458031C073C82180E7');
    expect(chip.card.atr.reduce((sum, byte, index) => (index === 0 ? 0 : sum ^ byte), 0)).toBe(0);
  });

  it('knows no other application, and stays in PIV when it is asked for one', async () => {
    const chip = await strictChip();
    await chip.expectOk(VERIFY_FACTORY_PIN);
    expect(await chip.status('00A4040008A000000527471117')).toBe('6A82');
    expect(await chip.status('00A404000BA0000003080000200001FF')).toBe('6A82');
    expect(await chip.status('00200080')).toBe('9000');
    expect(await chip.status('80CA006600')).toBe('6E00');
    expect(await chip.status('00FD0000')).toBe('6D00');
  });
});

describe('objects of a strict card', () => {
  it.each(['5FFF00', '5FFF01', '5FC100', '5FC104', '5FC124', '5FC201', '7E'])(
    '%s is not a container that can be written',
    async (name) => {
      const chip = await strictChip();
      await chip.authenticate('03');
      expect(await chip.status(withData('00DB3FFF', tag('5C', name) + tag('53', '3000')))).toBe('6A82');
    },
  );

  it.each(['5FC101', '5FC102', '5FC103', '5FC105', '5FC107', '5FC109', '5FC10C', '5FC120', '5FC123'])(
    '%s can be written',
    async (name) => {
      const chip = await strictChip();
      await chip.authenticate('03');
      expect(await chip.status(withData('00DB3FFF', tag('5C', name) + tag('53', '3000')))).toBe('9000');
    },
  );
});

describe('the PIN of a strict card', () => {
  it.each([
    ['letters', pin('abcdef')],
    ['a letter at the end', pin('12345a')],
    ['five digits', pin('12345')],
    ['padding with zeros', '3132333435360000'],
    ['digits behind the padding', '313233343536FF37'],
    ['seven bytes', '31323334353637'],
    ['no padding', '313233343536'],
  ])('is refused without counting when it has %s', async (_, value) => {
    const chip = await strictChip();
    expect(await chip.status(withData('00200080', value))).toBe('6A80');
    expect(await chip.status('00200080')).toBe('63C3');
  });

  it('cannot be changed to what it could never be, and the old one stays', async () => {
    const chip = await strictChip();
    expect(await chip.status(`0024008010${pin('123456')}${pin('abcdef')}`)).toBe('6A80');
    expect(await chip.status(`002C008010${pin('12345678')}${pin('abcdef')}`)).toBe('6A80');
    expect(await chip.status(VERIFY_FACTORY_PIN)).toBe('9000');
    expect(chip.card.state.puk.triesLeft).toBe(3);
  });

  it('is counted when it has the format', async () => {
    const chip = await strictChip();
    expect(await chip.status(VERIFY + pin('111111'))).toBe('63C2');
    expect(await chip.status(VERIFY + pin('11111111'))).toBe('63C1');
    expect(await chip.status(VERIFY + pin('1111111'))).toBe('6983');
  });

  it('is of digits, and the PUK is not', async () => {
    const chip = await strictChip();
    expect(await chip.status(`0024008110${pin('12345678')}${pin('aBcDeF12')}`)).toBe('9000');
    expect(await chip.status(`002C008010${pin('aBcDeF12')}${pin('654321')}`)).toBe('9000');
  });

  it('is good for 9C only immediately after VERIFY', async () => {
    const chip = await strictChip();
    await chip.authenticate('03');
    await chip.expectOk('0047009C05AC03800111');
    for (const [between, status] of [
      [undefined, '9000'],
      ['00200080', '6982'],
      [ASK_WITNESS, '6982'],
      [DISCOVERY, '6982'],
      ['00F90000', '6982'],
      [SELECT_PIV, '6982'],
    ] as const) {
      await chip.expectOk(VERIFY_FACTORY_PIN);
      if (between) await chip.status(between);
      expect([between, await chip.status(sign('9C'))]).toEqual([between, status]);
      expect(await chip.status(sign('9C'))).toBe('6982');
    }
  });

  it('does not make an EC key in 9D sign, nor one in 9A agree on a secret', async () => {
    const chip = await strictChip();
    await chip.authenticate('03');
    await chip.expectOk('0047009D05AC03800111');
    const point = (await chip.data('0047009A05AC03800111')).slice(-130);
    await chip.expectOk(VERIFY_FACTORY_PIN);
    expect(await chip.status(sign('9D'))).toBe('6A80');
    expect(await chip.status(sign('9A'))).toBe('9000');
    const agree = tag('7C', tag('82', '') + tag('85', point));
    expect(await chip.status(withData('0087119A', agree))).toBe('6A80');
    expect(await chip.status(withData('0087119D', agree))).toBe('9000');
  });
});

function strictChip(): Promise<TestChip> {
  return blankChip('piv-strict');
}

/** A card with a CHUID of 304 bytes: more than a short answer holds. */
async function withLongObject(profile: 'piv' | 'piv-strict'): Promise<TestChip> {
  const chip = await blankChip(profile);
  await chip.authenticate('03');
  const object = CHUID + tag('53', 'AB'.repeat(300));
  await chip.expectOk(`10DB3FFFFF${object.slice(0, 510)}`);
  await chip.expectOk(withData('00DB3FFF', object.slice(510)));
  return chip;
}

async function decryptedWitness(chip: TestChip): Promise<string> {
  const witness = Buffer.from((await chip.data(ASK_WITNESS)).slice(8), 'hex');
  const decipher = createDecipheriv('des-ede3-ecb', FACTORY_KEY, null).setAutoPadding(false);
  return decipher.update(witness).toString('hex').toUpperCase();
}

function encrypted(block: string): string {
  const cipher = createCipheriv('des-ede3-ecb', FACTORY_KEY, null).setAutoPadding(false);
  return cipher.update(Buffer.from(block, 'hex')).toString('hex').toUpperCase();
}

function mutual(fields: string): string {
  return withData('0087039B', tag('7C', fields));
}

function sign(slot: string): string {
  return withData(`008711${slot}`, tag('7C', tag('82', '') + tag('81', DIGEST)));
}
