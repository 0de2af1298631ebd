import { createCipheriv } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { authenticateManagementKey } from '../../../../native-host/src/applets/piv/management-key.js';
import { plainPiv, select, withVersion, type Script, type ScriptedCard } from './scripted-card.js';

const KEY = Buffer.from('0102030405060708'.repeat(3), 'hex');
const WITNESS = '0011223344556677';
/** Longer than a block, as the digest of an escrow is. */
const CHALLENGE = Buffer.alloc(32, 7);

const encrypt = (block: string): string => {
  const cipher = createCipheriv('des-ede3-ecb', KEY, null).setAutoPadding(false);
  return Buffer.concat([cipher.update(Buffer.from(block, 'hex')), cipher.final()]).toString('hex');
};

/** A card that follows SP 800-73-4 Part 2, A.1 to the letter: any other tag in the template means another protocol, which grants nothing. */
class StrictCard {
  granted = false;
  readonly card: ScriptedCard;

  constructor(answerTag = '82') {
    this.card = plainPiv([
      ['0087039b047c028000', `7c0a8008${encrypt(WITNESS)}9000`],
      [
        '0087039b',
        (apdu) => {
          const [, witness, challenge, rest] = /^0087039b..7c..8008(.{16})8108(.{16})(.*)$/.exec(apdu) ?? [];
          this.granted = witness === WITNESS && rest === '00';
          return `7c0a${answerTag}08${encrypt(challenge ?? WITNESS)}9000`;
        },
      ],
    ]);
  }
}

describe('mutual authentication', () => {
  it('is granted by a card that distinguishes the protocols by their tags', async () => {
    const strict = new StrictCard();
    const piv = await select(strict.card);
    await authenticateManagementKey(piv.managementKey, { algorithm: '3DES', key: KEY }, CHALLENGE);
    expect(strict.granted).toBe(true);
    expect(piv.managementKey.isProved).toBe(true);
  });

  it("accepts the card's answer under the tag of a witness too", async () => {
    const strict = new StrictCard('80');
    const { managementKey } = await select(strict.card);
    await authenticateManagementKey(managementKey, { algorithm: '3DES', key: KEY }, CHALLENGE);
    expect(strict.granted).toBe(true);
  });

  it.each(['7c028000', `7c098007${WITNESS.slice(2)}`, `7c0b8009${WITNESS}00`, `7c128010${WITNESS}${WITNESS}`])(
    'is an error of the card, not a defect, if the witness is not one block: %s',
    async (answer) => {
      const card = plainPiv([['0087039b047c028000', `${answer}9000`]]);
      const { managementKey } = await select(card);
      const attempt = authenticateManagementKey(managementKey, { algorithm: '3DES', key: KEY }, CHALLENGE);
      await expect(attempt).rejects.toMatchObject({ code: 'CARD_ERROR' });
      expect(card.sent('87')).toHaveLength(1);
    },
  );
});

describe('the metadata of the management key', () => {
  const yubikey = (script: Script = []) =>
    withVersion('050700', [...script, ['00f7009b', '01010a0501019000'], ['00ffffff', '9000']]);

  it('is read once', async () => {
    const card = yubikey();
    const piv = await select(card);
    const expected = { algorithm: 'AES-192', isDefault: true };
    await expect(piv.managementKey.status()).resolves.toEqual(expected);
    await expect(piv.managementKey.status()).resolves.toEqual(expected);
    expect(card.sent('f7')).toHaveLength(1);
  });

  it('is known without reading when the card has accepted a new key', async () => {
    const card = yubikey();
    const piv = await select(card);
    await piv.managementKey.status();
    await piv.managementKey.set({ algorithm: 'AES-192', key: KEY });
    await expect(piv.managementKey.status()).resolves.toEqual({ algorithm: 'AES-192', isDefault: false });
    expect(card.sent('f7')).toHaveLength(1);
  });

  it('is read again when it is unknown whether the card has accepted the new key', async () => {
    const card = yubikey([['00ff', '6f00']]);
    const piv = await select(card);
    await piv.managementKey.status();
    await expect(piv.managementKey.set({ algorithm: 'AES-256', key: KEY })).rejects.toMatchObject({
      code: 'CARD_ERROR',
    });
    await expect(piv.managementKey.status()).resolves.toEqual({ algorithm: 'AES-192', isDefault: true });
    expect(card.sent('f7')).toHaveLength(2);
  });
});
