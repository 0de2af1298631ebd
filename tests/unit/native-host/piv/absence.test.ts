import { describe, expect, it } from '@jest/globals';
import { certificateObject, OBJECT } from '../../../../native-host/src/applets/piv/objects.js';
import type { PivSession } from '../../../../native-host/src/applets/piv/piv-session.js';
import { plainPiv, select, withVersion } from './scripted-card.js';

const READS: readonly [string, (piv: PivSession) => Promise<unknown>, unknown][] = [
  ['an object', (piv) => piv.objects.get(OBJECT.CCC), null],
  ['the GUID', (piv) => piv.objects.readGuid(), null],
  ['whether there is a certificate', (piv) => piv.objects.has(certificateObject('9A')), false],
  ['the Discovery Object', (piv) => piv.objects.readDiscovery(), null],
];
const REFUSALS: readonly [string, string][] = [
  ['6982', 'NOT_AUTHENTICATED'],
  ['6f00', 'CARD_ERROR'],
  ['6700', 'CARD_ERROR'],
  ['6581', 'CARD_ERROR'],
  ['6d00', 'NOT_SUPPORTED_BY_DEVICE'],
];

describe.each(READS)('%s', (_, read, nothing) => {
  it.each(['6a82', '6a88', '6285'])('is absent after %s', async (statusWord) => {
    await expect(read(await select(plainPiv([['00cb', statusWord]])))).resolves.toBe(nothing);
  });

  it.each(REFUSALS)('does not count as absent after %s', async (statusWord, code) => {
    await expect(read(await select(plainPiv([['00cb', statusWord]])))).rejects.toMatchObject({ code });
  });
});

describe('a certificate object', () => {
  it.each([
    ['empty', '53009000', false],
    ['empty with a long length', '538200009000', false],
    ['nothing at all', '9000', false],
    ['one byte', '5301009000', true],
    ['no TLV', '53ff9000', true],
    ['of another wrapper', '7e0100'.concat('9000'), true],
  ])('counts as present or absent when it is %s', async (_, answer, isThere) => {
    const piv = await select(plainPiv([['00cb', answer]]));
    await expect(piv.objects.has(certificateObject('9A'))).resolves.toBe(isThere);
  });
});

describe('metadata', () => {
  it.each(['6a88', '6a86', '6a82'])('are missing for this key after %s', async (statusWord) => {
    const piv = await select(withVersion('050700', [['00f7', statusWord]]));
    await expect(piv.keys.metadata('9A')).resolves.toBeUndefined();
    expect(piv.capabilities.metadata).toBe(true);
  });

  it.each(['6d00', '6e00'])('count as unsupported after %s, and are not requested again', async (statusWord) => {
    const card = withVersion('050700', [
      ['00f7', statusWord],
      ['0020', '63c3'],
    ]);
    const piv = await select(card);
    await expect(piv.pins.pinStatus()).resolves.toMatchObject({ retriesLeft: 3 });
    await expect(piv.pins.pukStatus()).resolves.toMatchObject({ retriesLeft: null });
    await expect(piv.managementKey.status()).resolves.toBeNull();
    expect(piv.capabilities.metadata).toBe(false);
    expect(card.sent('f7')).toHaveLength(1);
  });

  it.each([
    ['6f00', 'CARD_ERROR'],
    ['6982', 'NOT_AUTHENTICATED'],
  ])('do not count as absent after %s', async (statusWord, code) => {
    const piv = await select(withVersion('050700', [['00f7', statusWord]]));
    await expect(piv.pins.pinStatus()).rejects.toMatchObject({ code });
  });
});
