import { beforeEach, describe, expect, it } from '@jest/globals';
import { PreparedCredentials } from '../../../../native-host/src/devices/escrow.js';
import { select, withVersion } from '../piv/scripted-card.js';

const FACTORY_PUK = Buffer.from('12345678');
const OTHER_PUK = Buffer.from('87654321');

/** The positions after the five header bytes, in hexadecimal digits: the current PUK, then the new one. */
const OLD = [10, 26] as const;
const NEW = [26, 42] as const;

/** The PUK in the card's memory, which decides whether it accepts CHANGE REFERENCE DATA. */
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
  /** The length of the initial PIN; null for an escrow without one. */
  readonly pinLength?: number | null;
  /** The answer to RESET RETRY COUNTER. */
  readonly unblocked?: () => string;
}

/** Prepares credentials for a card whose PUK has so many tries left, one less after each refusal. */
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
  it('is used without reading its tries again, which were read at opening', async () => {
    const { card, piv, apply } = await prepare(3);
    await piv.pins.pukStatus();
    await apply(FACTORY_PUK);
    expect(card.sent('f7')).toHaveLength(1);
  });

  it('has its tries read if the card has not reported them', async () => {
    const { card, apply } = await prepare(3);
    await apply(FACTORY_PUK);
    expect(card.sent('f7')).toHaveLength(1);
  });

  it('keeps its last try if the card reported only one at opening', async () => {
    const { card, piv, apply } = await prepare(1);
    await piv.pins.pukStatus();
    await expect(apply(FACTORY_PUK)).rejects.toMatchObject({ code: 'LAST_TRY', data: { retriesLeft: 1 } });
    expect([...card.sent('24'), ...card.sent('2c')]).toEqual([]);
  });

  it.each([
    ['blocked', 0, { code: 'PUK_BLOCKED' }],
    ['at its last try', 1, { code: 'LAST_TRY', data: { retriesLeft: 1 } }],
  ])('is reported when it is %s, before the card gets another management key', async (_what, tries, refusal) => {
    const { card, apply } = await prepare(tries, 'AES-192');
    await expect(apply(FACTORY_PUK)).rejects.toMatchObject(refusal);
    expect(['ff', '87', '24', '2c'].flatMap((instruction) => card.sent(instruction))).toEqual([]);
  });

  it('does not count as refused if the card claims a change that it did not make', async () => {
    const unblocked = ['63c2', '9000'];
    const { card, apply } = await prepare(3, null, { unblocked: () => unblocked.shift() ?? '9000' });
    isLying = true;
    await expect(apply(FACTORY_PUK)).rejects.toMatchObject({
      code: 'CARD_ERROR',
      data: { statusWord: '63C2', instruction: 'changePuk' },
    });
    isLying = false;
    // A second change succeeds.
    await apply(FACTORY_PUK);
    expect(card.sent('24')).toHaveLength(2);
  });

  it.each([
    ['63c1', { code: 'CARD_ERROR', data: { statusWord: '63C1', instruction: 'changePuk' } }],
    ['63cf', { code: 'CARD_ERROR', data: { statusWord: '63CF', instruction: 'changePuk' } }],
    // Not 63C0, which says that no try is left.
    ['6300', { code: 'CARD_ERROR', data: { statusWord: '6300', instruction: 'changePuk' } }],
    ['63c0', { code: 'PUK_BLOCKED' }],
    ['6983', { code: 'PUK_BLOCKED' }],
  ])('is reported as the card answers when it is to be proved: %s', async (answer, error) => {
    const { card, apply } = await prepare(3, null, { unblocked: () => answer });
    await expect(apply(FACTORY_PUK)).rejects.toMatchObject(error);
    // It is proved once, and the PIN is not verified.
    expect([card.sent('2c').length, card.sent('20').length]).toEqual([1, 0]);
  });

  it('is reported as refused if the card was to get no other one', async () => {
    const { credentials, piv } = await prepare(3, null, { unblocked: () => '6300' });
    const secrets = { puk: OTHER_PUK, pin: credentials.pin };
    const restored = PreparedCredentials.restore(credentials.digest, secrets);
    const error = { code: 'PUK_INCORRECT', data: { retriesLeft: null } };
    await expect(restored.apply(piv, restored.digest, OTHER_PUK)).rejects.toMatchObject(error);
  });

  it.each([
    ['with an initial PIN', 8, '2c'],
    ['without one', null, '24'],
  ])(
    'regains the spent try even if the card ignores the restoring command (escrow %s)',
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

  it('has its tries read again after one was spent, and keeps its last', async () => {
    const { card, piv, apply } = await prepare(2);
    await piv.pins.pukStatus();
    await expect(apply(OTHER_PUK)).rejects.toMatchObject({ code: 'PUK_INCORRECT', data: { retriesLeft: 1 } });
    await expect(apply(FACTORY_PUK)).rejects.toMatchObject({ code: 'LAST_TRY', data: { retriesLeft: 1 } });
    expect([card.sent('24').length, card.sent('f7').length]).toEqual([1, 2]);
  });
});

describe('an escrow without an initial PIN', () => {
  it('changes the PUK, proves the new one with itself, and leaves the PIN alone', async () => {
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

  it('is not applied to a card that answers 9000 and keeps its PUK', async () => {
    const { credentials, apply } = await prepare(3, null, { pinLength: null });
    isLying = true;
    await expect(apply(FACTORY_PUK)).rejects.toMatchObject({ code: 'CARD_ERROR', data: { statusWord: '63C2' } });
    expect(credentials.isApplied).toBe(false);
  });

  it('has no PIN that a temporary one could replace', async () => {
    const { credentials } = await prepare(3, null, { pinLength: null });
    expect(() => credentials.makeTemporaryPin(6)).toThrow(expect.objectContaining({ code: 'SECRET_MISSING' }));
  });
});
