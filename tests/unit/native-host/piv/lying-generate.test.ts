import { generateKeyPairSync } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import type { PivSession } from '../../../../native-host/src/applets/piv/piv-session.js';
import { plainPiv, select, type Script } from './scripted-card.js';

const WRONG_PARAMETERS = '6a86';
const POLICIES = { pinPolicy: 'default', touchPolicy: 'default' } as const;

/** The answer to GENERATE with a P-256 key (SP 800-73-4 Part 2, 3.3.1). */
function madeKey(): string {
  const { x = '', y = '' } = generateKeyPairSync('ec', { namedCurve: 'P-256' }).publicKey.export({ format: 'jwk' });
  const point = Buffer.concat([Buffer.of(4), Buffer.from(x, 'base64url'), Buffer.from(y, 'base64url')]);
  return `7f4943 8641 ${point.toString('hex')}9000`.replaceAll(' ', '');
}

const generate = (piv: PivSession): Promise<Uint8Array> => piv.keys.generate('9A', 'P-256', POLICIES);

describe('a refusal of GENERATE that reads as if the card lacked the algorithm', () => {
  it.each([WRONG_PARAMETERS, '6a80', '6a81'])('is believed when the card gives it twice: %s', async (statusWord) => {
    const card = plainPiv([
      ['0047', statusWord],
      ['00cb', '6a82'],
    ]);
    await expect(generate(await select(card))).rejects.toMatchObject({ code: 'ALGORITHM_NOT_SUPPORTED' });
    expect(card.received.slice(-3).map((apdu) => apdu.slice(2, 4))).toEqual(['47', 'cb', '47']);
  });

  it('is an error of the card when it repeats whatever it answered last', async () => {
    let last = '9000';
    const answer = (text: string) => () => (last = text);
    const script: Script = [
      // A card with a key of another algorithm.
      ['0087', answer(WRONG_PARAMETERS)],
      ['00cb', answer('6a82')],
      ['0047', () => last],
    ];
    const card = plainPiv(script);
    const piv = await select(card);
    await expect(piv.managementKey.getWitness('3DES')).rejects.toMatchObject({ code: 'ALGORITHM_NOT_SUPPORTED' });
    await expect(generate(piv)).rejects.toMatchObject({
      code: 'CARD_ERROR',
      data: { statusWord: '6A82', instruction: 'generate' },
    });
    expect(card.sent('47')).toHaveLength(2);
  });

  it('is no obstacle when the card gives it once', async () => {
    const key = madeKey();
    let asked = 0;
    const card = plainPiv([
      ['0047', () => ((asked += 1) === 1 ? WRONG_PARAMETERS : key)],
      ['00cb', '6a82'],
    ]);
    const made = Buffer.from(await generate(await select(card))).toString('hex');
    expect(made.endsWith(key.slice(10, -4))).toBe(true);
  });
});
