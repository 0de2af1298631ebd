import { describe, expect, it } from '@jest/globals';
import { PreparedCredentials } from '../../../../native-host/src/devices/escrow.js';
import { select, withVersion } from '../piv/scripted-card.js';

const FACTORY_PUK = Buffer.from('12345678');
/** The positions of the new PUK after the header, in hexadecimal digits. */
const NEW = [26, 42] as const;

/** Prepares credentials for a card with these answers to RESET RETRY COUNTER, and to VERIFY without and with a PIN. */
async function prepare(unblocked: string, { status = '63c3', verified = '9000' } = {}) {
  const card = withVersion('040307', [
    ['00240081', '9000'],
    ['002c', unblocked],
    ['0020008008', verified],
    ['0020', status],
  ]);
  const seal = () => Promise.resolve('sealed');
  const { credentials } = await PreparedCredentials.prepare({ managementKey: null, pinLength: 8, seal });
  const piv = await select(card);
  return { card, credentials, apply: () => credentials.apply(piv, credentials.digest, FACTORY_PUK) };
}

const refused = { code: 'PIN_REFUSED_BY_DEVICE' };

describe('an initial PIN that the card refuses as one of its latest', () => {
  it('is the PIN of the card if the card verifies it', async () => {
    const { credentials, apply } = await prepare('6984');
    await apply();
    expect(credentials.isApplied).toBe(true);
  });

  it('is refused if the card has another PIN', async () => {
    const { card, credentials, apply } = await prepare('6984', { verified: '63c2' });
    await expect(apply()).rejects.toMatchObject(refused);
    expect([credentials.isApplied, card.sent('2c').length]).toEqual([false, 1]);
  });

  it.each(['63c2', '63c1', '6983'])('is not tried if the PIN may then have a single try (%s)', async (status) => {
    const { card, apply } = await prepare('6984', { status });
    await expect(apply()).rejects.toMatchObject(refused);
    expect(card.received.filter((apdu) => apdu.startsWith('0020008008'))).toEqual([]);
  });
});

describe('an initial PIN that breaks a rule of the card', () => {
  it.each(['6a80', '6985'])('is refused after the new PUK was proved without it (%s)', async (statusWord) => {
    const { card, apply } = await prepare(statusWord);
    await expect(apply()).rejects.toMatchObject(refused);
    const [changed, proved] = card.sent('24');
    expect(proved?.slice(...NEW)).toBe(changed?.slice(...NEW));
  });
});
