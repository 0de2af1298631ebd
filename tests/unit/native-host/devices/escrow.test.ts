import { beforeEach, describe, expect, it } from '@jest/globals';
import { PreparedCredentials } from '../../../../native-host/src/devices/escrow.js';
import { select, withVersion } from '../piv/scripted-card.js';

const FACTORY_PUK = Buffer.from('12345678');
const OTHER_PUK = Buffer.from('87654321');

/** What follows the first five bytes is the PUK that the card shall have now, and then the one that it shall get. */
const OLD = [10, 26] as const;
const NEW = [26, 42] as const;

/** A card's memory of its PUK: whether it takes a CHANGE REFERENCE DATA. */
let puk = FACTORY_PUK.toString('hex');
let isLying = false;
function changePuk(apdu: string): boolean {
  if (apdu.slice(...OLD) !== puk) return false;
  if (!isLying) puk = apdu.slice(...NEW);
  return true;
}
beforeEach(() => {
  puk = FACTORY_PUK.toString('hex');
  isLying = false;
});

interface PrepareOptions {
  /** Null for an escrow without an initial PIN. */
  readonly pinLength?: number | null;
  /** The answer to RESET RETRY COUNTER. */
  readonly unblocked?: () => string;
}

/** Credentials for a card whose PUK has so many tries left, one less after each that is refused. */
async function prepare(
  tries: number,
  managementKey: 'AES-192' | null = null,
  { pinLength = 8, unblocked = () => '9000' }: PrepareOptions = {},
) {
  let left = tries;
  const card = withVersion('050700', [
    ['00f70081', () => `050101060203${left.toString(16).padStart(2, '0')}9000`],
    ['00240081', (apdu) => (changePuk(apdu) ? '9000' : ((left -= 1), `63c${left}`))],
    ['002c', unblocked],
    ['0020', '9000'],
  ]);
  const options = { managementKey, pinLength, seal: () => Promise.resolve('sealed') };
  const { credentials } = await PreparedCredentials.prepare(options);
  const piv = await select(card);
  return { card, piv, credentials, apply: (puk: Uint8Array) => credentials.apply(piv, credentials.digest, puk) };
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
    const { card, apply } = await prepare(3, null, { unblocked: () => unblocked.shift() ?? '9000' });
    isLying = true;
    await expect(apply(FACTORY_PUK)).rejects.toMatchObject({
      code: 'CARD_ERROR',
      data: { statusWord: '63C2', instruction: 'changePuk' },
    });
    isLying = false;
    // Given once more, it is changed once more.
    await apply(FACTORY_PUK);
    expect(card.sent('24')).toHaveLength(2);
  });

  it.each([
    ['with an initial PIN', 8, '2c'],
    ['without one', null, '24'],
  ])(
    'gets the spent try back even if the card ignores the command that restores it (escrow %s)',
    async (_what, pinLength, restoring) => {
      const { card, piv, credentials, apply } = await prepare(3, null, { pinLength });
      await apply(FACTORY_PUK);
      const [own] = card.sent('24').map((apdu) => apdu.slice(...NEW));
      const secrets = { puk: Buffer.from(own ?? '', 'hex'), pin: credentials.pin };
      const restored = PreparedCredentials.restore(credentials.digest, secrets);
      await expect(restored.apply(piv, restored.digest, FACTORY_PUK)).rejects.toMatchObject({ code: 'PUK_INCORRECT' });
      const before = card.sent(restoring).length;
      await restored.apply(piv, restored.digest, secrets.puk);
      expect(card.sent(restoring).length - before).toBe(2);
    },
  );

  it('is asked for its tries again after one was spent, and is not spent its last', async () => {
    const { card, piv, apply } = await prepare(2);
    await piv.pukStatus();
    await expect(apply(OTHER_PUK)).rejects.toMatchObject({ code: 'PUK_INCORRECT', data: { retriesLeft: 1 } });
    await expect(apply(FACTORY_PUK)).rejects.toMatchObject({ code: 'LAST_TRY', data: { retriesLeft: 1 } });
    expect([card.sent('24').length, card.sent('f7').length]).toEqual([1, 2]);
  });
});

describe('an escrow without an initial PIN', () => {
  it('changes the PUK, proves it by itself, and leaves the PIN alone', async () => {
    const { card, credentials, apply } = await prepare(3, null, { pinLength: null });
    expect(credentials.pin).toBeNull();
    await apply(FACTORY_PUK);
    const changes = card.sent('24').map((apdu) => [apdu.slice(...OLD), apdu.slice(...NEW)]);
    expect(changes).toEqual([
      [FACTORY_PUK.toString('hex'), puk],
      [puk, puk],
    ]);
    expect([...card.sent('2c'), ...card.sent('20')]).toEqual([]);
    expect(credentials.isApplied).toBe(true);
  });

  it('is not applied to a card that says 9000 and keeps its PUK', async () => {
    const { credentials, apply } = await prepare(3, null, { pinLength: null });
    isLying = true;
    await expect(apply(FACTORY_PUK)).rejects.toMatchObject({ code: 'CARD_ERROR', data: { statusWord: '63C2' } });
    expect(credentials.isApplied).toBe(false);
  });

  it('has nothing that a temporary PIN could stand in for', async () => {
    const { credentials } = await prepare(3, null, { pinLength: null });
    expect(() => credentials.makeTemporaryPin(6)).toThrow(expect.objectContaining({ code: 'SECRET_MISSING' }));
  });
});
