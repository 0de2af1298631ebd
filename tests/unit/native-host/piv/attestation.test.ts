import { describe, expect, it } from '@jest/globals';
import { plainPiv, select, withVersion, type Script } from './scripted-card.js';

const INTERMEDIATE = '530c7005' + 'aabbccddee' + '710100fe00';
const ATTESTED: Script = [['00f9', '3003020101' + '9000']];
const F9: Script = [['00cb3fff055c035fff01', `${INTERMEDIATE}9000`]];

describe('an attestation', () => {
  it('contains the certificates of the key and of the attestation key', async () => {
    const piv = await select(withVersion('050700', [...ATTESTED, ...F9]));
    await expect(piv.keys.attest('9A')).resolves.toEqual({
      certificate: Buffer.from('3003020101', 'hex'),
      intermediate: Uint8Array.from(Buffer.from('aabbccddee', 'hex')),
    });
  });

  it('reads the certificate of the attestation key once, and again after a reset', async () => {
    const card = withVersion('050700', [...ATTESTED, ...F9, ['00fb', '9000']]);
    const piv = await select(card);
    await piv.keys.attest('9A');
    await piv.keys.attest('9C');
    expect(card.sent('cb')).toHaveLength(1);
    await piv.reset();
    await piv.keys.attest('9A');
    expect(card.sent('cb')).toHaveLength(2);
  });

  it('is requested whatever the version promises', async () => {
    const piv = await select(withVersion('040200', [...ATTESTED, ...F9]));
    await expect(piv.keys.attest('9A')).resolves.not.toBeNull();
  });

  it.each(['6d00', '6e00', '6f00', '6a80', '6a81', '6a82', '6a86', '6a88', '6b00', '6985'])(
    'is missing when ATTEST is refused with %s',
    async (statusWord) => {
      const piv = await select(withVersion('050700', [['00f9', statusWord], ...F9]));
      await expect(piv.keys.attest('9A')).resolves.toBeNull();
    },
  );

  it.each([
    ['is absent', '6a82'],
    ['is empty', '53009000'],
    ['is refused', '6f00'],
    ['is no TLV', '5305aa9000'],
    ['is no certificate object', '53037005aa9000'],
  ])('is missing when the certificate of the attestation key %s', async (_, answer) => {
    const piv = await select(withVersion('050700', [...ATTESTED, ['00cb', answer]]));
    await expect(piv.keys.attest('9A')).resolves.toBeNull();
  });

  it('is missing on a plain card, which is not asked', async () => {
    const card = plainPiv([]);
    await expect((await select(card)).keys.attest('9A')).resolves.toBeNull();
    expect(card.sent('f9')).toEqual([]);
  });

  it.each([
    ['a login is asked for', [['00f9', '6982']] as const, 'NOT_AUTHENTICATED'],
    ['a login is asked for by F9', [...ATTESTED, ['00cb', '6982']] as const, 'NOT_AUTHENTICATED'],
    ['the memory failed', [['00f9', '6581']] as const, 'CARD_ERROR'],
  ])('is an error when %s', async (_, script, code) => {
    const piv = await select(withVersion('050700', script));
    await expect(piv.keys.attest('9A')).rejects.toMatchObject({ code });
  });
});
