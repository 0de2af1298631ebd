import { describe, expect, it } from '@jest/globals';
import { PreparedCredentials } from '../../../../native-host/src/devices/escrow.js';
import { select, withVersion } from '../piv/scripted-card.js';

const FACTORY_PUK = Buffer.from('12345678');
const OTHER_PUK = Buffer.from('87654321');

/** Credentials for a card whose PUK has so many tries left, one less after each that is refused. */
async function prepare(tries: number, managementKey: 'AES-192' | null = null, unblocked = () => '9000') {
  let left = tries;
  const card = withVersion('050700', [
    ['00f70081', () => `050101060203${left.toString(16).padStart(2, '0')}9000`],
    ['00240081', (apdu) => (apdu.includes(FACTORY_PUK.toString('hex')) ? '9000' : ((left -= 1), `63c${left}`))],
    ['002c', unblocked],
    ['0020', '9000'],
  ]);
  const options = { managementKey, pinLength: 8, seal: () => Promise.resolve('sealed') };
  const { credentials } = await PreparedCredentials.prepare(options);
  const piv = await select(card);
  return { card, piv, apply: (puk: Uint8Array) => credentials.apply(piv, credentials.digest, puk) };
}

describe('the PUK of a card', () => {
  it('is used without asking again for the tries that the card told when it was opened', async () => {
    const { card, piv, apply } = await prepare(3);
    await piv.pukStatus();
    await apply(FACTORY_PUK);
    expect(card.sent('f7')).toHaveLength(1);
  });

  it('is asked for its tries where the card has not told them', async () => {
    const { card, apply } = await prepare(3);
    await apply(FACTORY_PUK);
    expect(card.sent('f7')).toHaveLength(1);
  });

  it('is not spent its last try, which the card told when it was opened', async () => {
    const { card, piv, apply } = await prepare(1);
    await piv.pukStatus();
    await expect(apply(FACTORY_PUK)).rejects.toMatchObject({ code: 'LAST_TRY', data: { retriesLeft: 1 } });
    expect([...card.sent('24'), ...card.sent('2c')]).toEqual([]);
  });

  it.each([
    ['blocked', 0, { code: 'PUK_BLOCKED' }],
    ['at its last try', 1, { code: 'LAST_TRY', data: { retriesLeft: 1 } }],
  ])('that is %s is told before the card is given another management key', async (_what, tries, refusal) => {
    const { card, apply } = await prepare(tries, 'AES-192');
    await expect(apply(FACTORY_PUK)).rejects.toMatchObject(refusal);
    expect(['ff', '87', '24', '2c'].flatMap((instruction) => card.sent(instruction))).toEqual([]);
  });

  it('is not called refused where the card says that it took another one, and did not', async () => {
    const unblocked = ['63c2', '9000'];
    const { card, apply } = await prepare(3, null, () => unblocked.shift() ?? '9000');
    await expect(apply(FACTORY_PUK)).rejects.toMatchObject({
      code: 'CARD_ERROR',
      data: { statusWord: '63C2', instruction: 'changePuk' },
    });
    // Given once more, it is changed once more.
    await apply(FACTORY_PUK);
    expect(card.sent('24')).toHaveLength(2);
  });

  it('is asked for its tries again after one was spent, and is not spent its last', async () => {
    const { card, piv, apply } = await prepare(2);
    await piv.pukStatus();
    await expect(apply(OTHER_PUK)).rejects.toMatchObject({ code: 'PUK_INCORRECT', data: { retriesLeft: 1 } });
    await expect(apply(FACTORY_PUK)).rejects.toMatchObject({ code: 'LAST_TRY', data: { retriesLeft: 1 } });
    expect([card.sent('24').length, card.sent('f7').length]).toEqual([1, 2]);
  });
});
