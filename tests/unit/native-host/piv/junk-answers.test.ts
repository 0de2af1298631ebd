import { describe, expect, it } from '@jest/globals';
import type { PivSession } from '../../../../native-host/src/applets/piv/piv-session.js';
import { OBJECT } from '../../../../native-host/src/applets/piv/objects.js';
import { plainPiv, select } from './scripted-card.js';

const POLICIES = { pinPolicy: 'default', touchPolicy: 'default' } as const;

describe('a card that answers nonsense with 9000', () => {
  it.each<[string, string, (piv: PivSession) => Promise<unknown>]>([
    ['a witness', '0087039b', (piv) => piv.managementKey.getWitness('3DES')],
    ['an answer', '0087039b', (piv) => piv.managementKey.authenticate('3DES', new Uint8Array(8), new Uint8Array(8))],
    ['a signature', '0087119a', (piv) => piv.keys.sign('9A', 'P-256', new Uint8Array(32))],
    ['a public key', '0047009a', (piv) => piv.keys.generate('9A', 'P-256', POLICIES)],
    ['an object', '00cb3fff', (piv) => piv.objects.get(OBJECT.CCC)],
  ])('causes a card error, not a defect, for %s', async (_, beginning, ask) => {
    for (const junk of ['9000', '7c9000', '7f49058603aabb9000', '7f4905860304aabb9000', 'ffffffffff9000']) {
      const piv = await select(plainPiv([[beginning, junk]]));
      const asked = ask(piv).then(
        (result) => ({ result }),
        (error: unknown) => error,
      );
      // An empty answer means that the object is absent.
      if (junk === '9000' && beginning === '00cb3fff') await expect(asked).resolves.toEqual({ result: null });
      else if (!(beginning === '00cb3fff' && junk.startsWith('7f49')))
        await expect(asked).resolves.toMatchObject({ code: 'CARD_ERROR', data: { statusWord: '9000' } });
    }
  });

  it.each(['', '90'])('causes a card error without a status word too (%s)', async (answer) => {
    const piv = await select(plainPiv([['00200080', answer]]));
    await expect(piv.pins.pinStatus()).rejects.toMatchObject({ code: 'CARD_ERROR' });
  });
});
