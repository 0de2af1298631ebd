import { createECDH, createHash, createPublicKey, type KeyObject, publicEncrypt, verify, constants } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { blankChip, tag, type TestChip, VERIFY_FACTORY_PIN, withData } from './blank-chip.js';
import { everyOrOneIn } from '../../support/thorough.js';

const MESSAGE = Buffer.from('what is to be signed');
/** DigestInfo of SHA-256 (RFC 8017, 9.2). */
const SHA256_INFO = '3031300D060960864801650304020105000420';

describe.each(
  everyOrOneIn(2, [
    ['yubikey', '0A'],
    ['piv', '03'],
  ]),
)('keys on a %s card', (profile, management) => {
  it.each([
    ['RSA-2048', '07'],
    ['P-256', '11'],
    ['P-384', '14'],
  ])('%s is generated on the card and signs what openssl verifies', async (_name, algorithm) => {
    const chip = await blankChip(profile);
    await chip.authenticate(management);
    const key = await generate(chip, '9A', algorithm);
    expect(await signature(chip, '9A', algorithm)).toBe('6982');
    await chip.expectOk(VERIFY_FACTORY_PIN);
    expect(verify('sha256', MESSAGE, key, await sign(chip, '9A', algorithm))).toBe(true);
    expect(verify('sha256', MESSAGE, key, await sign(chip, '9A', algorithm))).toBe(true);
    expect(chip.defects).toEqual([]);
  });

  it('9C wants the PIN immediately before each use', async () => {
    const chip = await blankChip(profile);
    await chip.authenticate(management);
    await generate(chip, '9C', '11');
    await chip.expectOk(VERIFY_FACTORY_PIN);
    expect(await signature(chip, '9C', '11')).toBe('9000');
    expect(await signature(chip, '9C', '11')).toBe('6982');
    await chip.expectOk(VERIFY_FACTORY_PIN);
    expect(await signature(chip, '9C', '11')).toBe('9000');
  });

  it('9E never wants the PIN', async () => {
    const chip = await blankChip(profile);
    await chip.authenticate(management);
    const key = await generate(chip, '9E', '11');
    expect(verify('sha256', MESSAGE, key, await sign(chip, '9E', '11'))).toBe(true);
  });

  it('9D agrees on a secret by ECDH, and refuses a point that is not on the curve', async () => {
    const chip = await blankChip(profile);
    await chip.authenticate(management);
    const key = await generate(chip, '9D', '14');
    const other = createECDH('secp384r1');
    const point = other.generateKeys('hex');
    await chip.expectOk(VERIFY_FACTORY_PIN);
    const answer = await chip.data(withData('0087149D', tag('7C', tag('82', '') + tag('85', point))));
    const shared = other.computeSecret(Buffer.concat([Buffer.of(4), coordinates(key)]));
    expect(answer).toBe(tag('7C', tag('82', shared.toString('hex').toUpperCase())));
    const nowhere = `04${'11'.repeat(96)}`;
    expect(await chip.status(withData('0087149D', tag('7C', tag('82', '') + tag('85', nowhere))))).toBe('6A80');
  });

  it('9D decrypts with RSA', async () => {
    const chip = await blankChip(profile);
    await chip.authenticate(management);
    const key = await generate(chip, '9D', '07');
    await chip.expectOk(VERIFY_FACTORY_PIN);
    const secret = publicEncrypt({ key, padding: constants.RSA_PKCS1_PADDING }, MESSAGE).toString('hex');
    const answer = await chip.data(withData('0087079D', tag('7C', tag('82', '') + tag('81', secret))));
    expect(answer.endsWith(MESSAGE.toString('hex').toUpperCase())).toBe(true);
  });

  it('refuses an input of another length, an empty slot and another algorithm', async () => {
    const chip = await blankChip(profile);
    await chip.authenticate(management);
    await generate(chip, '9E', '07');
    expect(await chip.status(withData('0087079E', tag('7C', tag('82', '') + tag('81', 'AB'.repeat(32)))))).toBe('6A80');
    expect(await chip.status(withData('0087079E', tag('7C', tag('82', '') + tag('81', 'FF'.repeat(256)))))).toBe(
      '6A80',
    );
    expect(await signature(chip, '9A', '07')).toBe(profile === 'piv' ? '6A88' : '6A80');
    expect(await signature(chip, '9E', '11')).toBe('6A80');
    expect(chip.defects).toEqual([]);
  });

  it('refuses an algorithm that it does not have, each in its own way', async () => {
    const chip = await blankChip(profile);
    expect(await chip.status('0047009A05AC03800199')).toBe(profile === 'piv' ? '6A80' : '6982');
    await chip.authenticate(management);
    expect(await chip.status('0047009A05AC03800199')).toBe('6A80');
    expect(await chip.status('0047009B05AC03800111')).toBe('6A86');
  });
});

describe('where the cards differ about keys', () => {
  it('an EC key in 9D signs on a YubiKey, and not on a plain PIV card', async () => {
    for (const [profile, management, status] of [
      ['yubikey', '0A', '9000'],
      ['piv', '03', '6A80'],
    ] as const) {
      const chip = await blankChip(profile);
      await chip.authenticate(management);
      await generate(chip, '9D', '11');
      await chip.expectOk(VERIFY_FACTORY_PIN);
      expect(await signature(chip, '9D', '11')).toBe(status);
    }
  });

  it('only the YubiKey has policies, retired slots and RSA-3072', async () => {
    for (const [profile, management, status] of [
      ['yubikey', '0A', ['9000', '9000', '9000']],
      ['piv', '03', ['6A80', '6A86', '6A80']],
    ] as const) {
      const chip = await blankChip(profile);
      await chip.authenticate(management);
      const answers = [];
      for (const apdu of ['0047009A08AC06800111AA0101', '0047008205AC03800111', '0047009A05AC03800105']) {
        answers.push((await chip.status(apdu)).replace(/^61..$/, '9000'));
      }
      expect(answers).toEqual(status);
    }
  });

  it('any command between VERIFY and 9C spoils the PIN on the strict card', async () => {
    for (const [profile, management, status] of [
      ['yubikey', '0A', '9000'],
      ['piv', '03', '6982'],
    ] as const) {
      const chip = await blankChip(profile);
      await chip.authenticate(management);
      await generate(chip, '9C', '11');
      await chip.expectOk(VERIFY_FACTORY_PIN);
      await chip.expectOk('00CB3FFF035C017E');
      expect(await signature(chip, '9C', '11')).toBe(status);
    }
  });
});

async function generate(chip: TestChip, slot: string, algorithm: string): Promise<KeyObject> {
  const answer = Buffer.from(await chip.data(`004700${slot}05AC038001${algorithm}`), 'hex');
  if (algorithm === '07') {
    const [n, e] = [answer.subarray(9, 9 + 256), answer.subarray(-3)].map((part) => part.toString('base64url'));
    return createPublicKey({ key: { kty: 'RSA', n: n ?? '', e: e ?? '' }, format: 'jwk' });
  }
  const bytes = algorithm === '11' ? 32 : 48;
  const [x, y] = [answer.subarray(-2 * bytes, -bytes), answer.subarray(-bytes)].map((part) =>
    part.toString('base64url'),
  );
  const key = { kty: 'EC', crv: algorithm === '11' ? 'P-256' : 'P-384', x: x ?? '', y: y ?? '' };
  return createPublicKey({ key, format: 'jwk' });
}

function coordinates(key: KeyObject): Buffer {
  const { x = '', y = '' } = key.export({ format: 'jwk' });
  return Buffer.concat([Buffer.from(x, 'base64url'), Buffer.from(y, 'base64url')]);
}

function signingApdu(slot: string, algorithm: string): string {
  const digest = createHash('sha256').update(MESSAGE).digest('hex');
  const padded = `0001${'FF'.repeat(256 - 3 - 51)}00${SHA256_INFO}${digest}`;
  return withData(
    `0087${algorithm}${slot}`,
    tag('7C', tag('82', '') + tag('81', algorithm === '07' ? padded : digest)),
  );
}

/** The status word of an attempt to sign; 61xx counts as done. */
async function signature(chip: TestChip, slot: string, algorithm: string): Promise<string> {
  return (await chip.status(signingApdu(slot, algorithm))).replace(/^61..$/, '9000');
}

async function sign(chip: TestChip, slot: string, algorithm: string): Promise<Buffer> {
  const answer = Buffer.from(await chip.data(signingApdu(slot, algorithm)), 'hex');
  return algorithm === '07' ? answer.subarray(-256) : answer.subarray(4);
}
