import { afterEach, describe, expect, it } from '@jest/globals';
import { Bench } from './failures/bench.js';

const FACTORY = { pin: '123456', puk: '12345678' } as const;
const WRONG = { pin: '654321', puk: '87654321' } as const;
/** Rules that allow a PIN that the card refuses. */
const RULES = { minLength: 6, maxLength: 8, digitsOnly: false, forbidTrivial: false };
const TRIVIAL = '112233';
const MOST_QUESTIONS = 5;

let bench: Bench | undefined;
afterEach(async () => {
  await bench?.close();
  bench = undefined;
});

/** Sets a new PIN with the secret that the CMS sealed, on a card that refuses trivial PINs. */
async function setPin(secret: 'pin' | 'puk', sealed: string) {
  let asked = 0;
  const choosePin = (): string => {
    asked += 1;
    return TRIVIAL;
  };
  bench = await Bench.open({ circumstances: { pinComplexity: true }, user: { choosePin } });
  const secrets = { [secret]: await bench.sealed(secret, sealed), newPin: { source: 'user' } };
  const method = secret === 'pin' ? 'pin.change' : 'pin.unblock';
  const outcome: unknown = await bench
    .run([{ method, params: { rules: RULES, secrets } }])
    .catch((error: unknown) => error);
  const { pin, puk } = await bench.client.call('pin.getStatus', {});
  return { asked, outcome, retriesLeft: [pin.retriesLeft, puk.retriesLeft] };
}

describe.each(['pin', 'puk'] as const)('a new PIN, set with a %s of the CMS', (secret) => {
  it('costs no try when the card refuses it, however often the user is asked', async () => {
    const { asked, outcome, retriesLeft } = await setPin(secret, FACTORY[secret]);
    expect(outcome).toMatchObject({ code: 'PIN_REFUSED_BY_DEVICE' });
    expect(asked).toBe(MOST_QUESTIONS);
    expect(retriesLeft).toEqual([3, 3]);
  });

  it('costs one try when that secret is wrong, and the user is asked once', async () => {
    const { asked, outcome, retriesLeft } = await setPin(secret, WRONG[secret]);
    expect(outcome).toMatchObject({ code: `${secret.toUpperCase()}_INCORRECT`, data: { retriesLeft: 2 } });
    expect(asked).toBe(1);
    expect(retriesLeft).toEqual(secret === 'pin' ? [2, 3] : [3, 2]);
  });
});
