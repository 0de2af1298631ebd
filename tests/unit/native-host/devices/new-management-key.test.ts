import { createCipheriv } from 'node:crypto';
import { beforeEach, describe, expect, it } from '@jest/globals';
import { decodeBytes, encodeBytes } from '@cardwright/protocol';
import { isProvedBy } from '../../../../cms/src/keys/management-key.js';
import { PreparedCredentials } from '../../../../native-host/src/devices/escrow.js';
import { select, withVersion, type ScriptedCard } from '../piv/scripted-card.js';

const FACTORY_PUK = Buffer.from('12345678');
const WRONG_PUK = Buffer.from('87654321');
const WITNESS = '00112233445566778899aabbccddeeff';
const BLOCK = 16;
/** Digits before the key in SET MANAGEMENT KEY, and before the challenge in GENERAL AUTHENTICATE. */
const KEY_AT = 16;
const CHALLENGE_AT = 54;

/** The deviations of the card under test. */
interface Lies {
  /** It answers 9000 to SET MANAGEMENT KEY, and keeps its key. */
  keepsKey: boolean;
  /** It answers a challenge as it answered the first one. */
  repeats: boolean;
}

let key: Buffer;
let lies: Lies;
let first: string | undefined;
beforeEach(() => {
  key = Buffer.alloc(24, 1);
  lies = { keepsKey: false, repeats: false };
  first = undefined;
});

function encrypt(block: string): string {
  const cipher = createCipheriv('aes-192-ecb', key, null).setAutoPadding(false);
  return Buffer.concat([cipher.update(Buffer.from(block, 'hex')), cipher.final()]).toString('hex');
}

const challengeOf = (apdu: string): string => apdu.slice(CHALLENGE_AT, CHALLENGE_AT + 2 * BLOCK);

function answered(apdu: string): string {
  const answer = encrypt(challengeOf(apdu));
  first ??= answer;
  return `7c128210${lies.repeats ? first : answer}9000`;
}

const blankCard = (): ScriptedCard =>
  withVersion('050700', [
    ['00f70081', '050101060203039000'],
    [
      '00ffffff',
      (apdu) => {
        if (!lies.keepsKey) key = Buffer.from(apdu.slice(KEY_AT, KEY_AT + 48), 'hex');
        return '9000';
      },
    ],
    ['00870a9b047c028000', () => `7c128010${encrypt(WITNESS)}9000`],
    ['00870a9b', answered],
    ['00240081', (apdu) => (apdu.slice(10, 26) === FACTORY_PUK.toString('hex') ? '9000' : '63c2')],
    ['002c', '9000'],
    ['0020', '9000'],
  ]);

async function prepare() {
  const card = blankCard();
  const piv = await select(card);
  const { credentials } = await PreparedCredentials.prepare({
    managementKey: 'AES-192',
    pinLength: 8,
    seal: () => Promise.resolve('sealed'),
  });
  const challenges = (): string[] =>
    card
      .sent('87')
      .filter((apdu) => apdu.length > 60)
      .map(challengeOf);
  return {
    card,
    piv,
    credentials,
    challenges,
    apply: (puk: Buffer) => credentials.apply(piv, credentials.digest, puk),
  };
}

describe('a new management key', () => {
  it('is proved to the CMS by the answer that proves it to the host', async () => {
    const { credentials, challenges, apply } = await prepare();
    expect(credentials.managementKeyProof).toBeNull();
    await apply(FACTORY_PUK);
    const block = decodeBytes(credentials.digest).subarray(0, BLOCK);
    expect(challenges()).toEqual([Buffer.from(block).toString('hex')]);
    const proof = encodeBytes(credentials.managementKeyProof ?? new Uint8Array());
    expect(isProvedBy({ algorithm: 'AES-192', key }, encodeBytes(block), proof)).toBe(true);
  });

  it('is not proved by a card that answers 9000 and keeps its key, and the PUK stays', async () => {
    const { card, credentials, apply } = await prepare();
    lies.keepsKey = true;
    await expect(apply(FACTORY_PUK)).rejects.toMatchObject({ code: 'MANAGEMENT_KEY_REFUSED' });
    expect([card.sent('24'), credentials.managementKeyProof]).toEqual([[], null]);
  });

  it('is proved to the host alone the second time, by another challenge: the card may repeat its answer', async () => {
    const { credentials, challenges, apply } = await prepare();
    await expect(apply(WRONG_PUK)).rejects.toMatchObject({ code: 'PUK_INCORRECT' });
    await apply(FACTORY_PUK);
    expect(new Set(challenges()).size).toBe(2);
    expect(credentials.managementKeyProof).toBeNull();
  });

  it('is refused if a card repeats its answer', async () => {
    const { credentials, apply } = await prepare();
    await expect(apply(WRONG_PUK)).rejects.toMatchObject({ code: 'PUK_INCORRECT' });
    lies.repeats = true;
    await expect(apply(FACTORY_PUK)).rejects.toMatchObject({ code: 'MANAGEMENT_KEY_REFUSED' });
    expect(credentials.managementKeyProof).toBeNull();
  });

  it('has no proof in a later session, which restores the other secrets alone', async () => {
    const { piv, credentials } = await prepare();
    const restored = PreparedCredentials.restore(credentials.digest, { puk: FACTORY_PUK, pin: credentials.pin });
    await restored.apply(piv, restored.digest, FACTORY_PUK);
    expect(restored.managementKeyProof).toBeNull();
  });
});
