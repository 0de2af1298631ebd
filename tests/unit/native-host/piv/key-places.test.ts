import { generateKeyPairSync } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { plainPiv, select, withVersion } from './scripted-card.js';

const SPKI = generateKeyPairSync('ec', { namedCurve: 'P-256' }).publicKey.export({ type: 'spki', format: 'der' });
/** Length in bytes of an uncompressed point, with which the encoding of such a key ends. */
const POINT = 65;
/** Metadata of a P-256 key (tags 01, 02, 03, 04), and of an RSA-4096 key, of which only the algorithm counts. */
const P256 = `0101110202020103010104438641${SPKI.subarray(-POINT).toString('hex')}`;
const RSA4096 = '010116';

describe('the key in a slot', () => {
  it('is absent only if the card says so', async () => {
    const piv = await select(withVersion('050702', [['00f7', '6a88']]));
    await expect(piv.keys.find('95')).resolves.toBeNull();
  });

  it.each([
    ['answers nothing that can be read', '05039000', 'CARD_ERROR'],
    ['answers nothing at all', '9000', 'CARD_ERROR'],
    ['answers with something else', '53009000', 'CARD_ERROR'],
    ['has an error', '6f00', 'CARD_ERROR'],
    ['has no metadata at all', '6d00', 'NOT_SUPPORTED_BY_DEVICE'],
  ])('is an error if the card %s', async (_what, answer, code) => {
    const piv = await select(withVersion('050702', [['00f7', answer]]));
    await expect(piv.keys.find('95')).rejects.toMatchObject({ code });
  });

  it('is there although its algorithm is unknown', async () => {
    const piv = await select(withVersion('050702', [['00f7', `${RSA4096}9000`]]));
    await expect(piv.keys.find('95')).resolves.toEqual({ publicKey: null });
  });

  it('is told as DER SubjectPublicKeyInfo', async () => {
    const piv = await select(withVersion('050702', [['00f70082', `${P256}9000`]]));
    const found = await piv.keys.find('82');
    expect(Buffer.from(found?.publicKey ?? [])).toEqual(SPKI);
  });
});

describe('moving and deleting a key', () => {
  it('names the target in P1 and the source in P2, and FF as the target of what is deleted', async () => {
    const card = withVersion('050702', [['00f6', '9000']]);
    const piv = await select(card);
    await piv.keys.move('95', '9A');
    await piv.keys.delete('9A');
    expect(card.sent('f6')).toEqual(['00f69a95', '00f6ff9a']);
  });

  it.each([
    ['050403', 'NOT_SUPPORTED_BY_DEVICE', 0],
    ['050702', 'KEY_MISSING', 1],
  ] as const)('of firmware %s without a key: %s', async (version, code, sent) => {
    const card = withVersion(version, [['00f6', '6a88']]);
    const piv = await select(card);
    await expect(piv.keys.move('95', '9A')).rejects.toMatchObject({ code });
    expect(card.sent('f6')).toHaveLength(sent);
  });

  it('is not tried on a plain card', async () => {
    const card = plainPiv([['00f6', '9000']]);
    const piv = await select(card);
    await expect(piv.keys.delete('9A')).rejects.toMatchObject({ code: 'NOT_SUPPORTED_BY_DEVICE' });
    expect(card.sent('f6')).toEqual([]);
  });
});
