import { describe, expect, it } from '@jest/globals';
import type { Slot } from '@cardwright/protocol/devices';
import type { PivSession } from '../../../../native-host/src/applets/piv/piv-session.js';
import { requireTries, signWithPin, verifyNewPin } from '../../../../native-host/src/devices/pin-use.js';
import { PCSC_CODE, PcscError } from '../../../../native-host/src/pcsc/binding.js';
import { meaningOfPcscError } from '../../../../native-host/src/pcsc/pcsc-error.js';
import { plainPiv, select, type ScriptedCard } from '../piv/scripted-card.js';

const PIN = Buffer.from('739154');
const OTHER_PIN = Buffer.from('739155');
const PUK = Buffer.from('12345678');
const SIGNATURE = '7c0482020a0b9000';

/** The answers of a card, which a test can change during its use. */
interface Answers {
  status: string;
  verify: string;
  sign: string | (() => string);
  change: string;
}

async function open(changes: Partial<Answers> = {}) {
  const answers: Answers = { status: '63c3', verify: '9000', sign: SIGNATURE, change: '9000', ...changes };
  const card = plainPiv([
    ['0020008008', () => answers.verify],
    ['00200080', () => answers.status],
    ['0024', () => answers.change],
    ['002c', () => answers.change],
    ['00cb', '6982'],
    ['0087', () => (typeof answers.sign === 'string' ? answers.sign : answers.sign())],
  ]);
  const piv = await select(card);
  return { card, piv, answers };
}

const asError = (error: unknown): Error => (error instanceof Error ? error : new Error(String(error)));

const sign = (piv: PivSession, slot: Slot, pin: Uint8Array | undefined = PIN) =>
  signWithPin(piv, pin, { slot, algorithm: 'P-256' }, new Uint8Array(32));

/** Describes the APDUs since the selection in words. */
const asked = (card: ScriptedCard): string[] =>
  card.received.slice(2).map((apdu) => {
    if (apdu === '00200080') return 'counter';
    return { '20': 'VERIFY', '87': 'sign', '24': 'change', '2c': 'unblock', cb: 'read' }[apdu.slice(2, 4)] ?? apdu;
  });

describe('the PIN of a key', () => {
  it('is sent once for all slots but 9C, which gets it each time, without reading its tries', async () => {
    const { card, piv } = await open();
    await piv.pins.verifyPin(PIN);
    for (const slot of ['9A', '9C', '9E', '9D'] as const) await sign(piv, slot, slot === '9E' ? undefined : PIN);
    expect(asked(card)).toEqual(['VERIFY', 'sign', 'VERIFY', 'sign', 'sign', 'sign']);
  });

  it('is not sent again for 9C directly after the card has verified it, and serves for one signature', async () => {
    const { card, piv } = await open();
    await piv.pins.verifyPin(PIN);
    await sign(piv, '9C');
    await sign(piv, '9C');
    expect(asked(card)).toEqual(['VERIFY', 'sign', 'VERIFY', 'sign']);
  });

  it.each<[string, (piv: PivSession) => Promise<unknown>]>([
    ['another key', (piv) => sign(piv, '9A')],
    ['the counter of the PIN', (piv) => piv.pins.pinStatus()],
    ['an object', (piv) => piv.objects.hasCertificate('9A').catch(() => false)],
    ['a change of the PUK', (piv) => piv.pins.changePuk(PUK, PUK)],
  ])('is sent again for 9C once the card has received another command: %s', async (_what, use) => {
    const { card, piv } = await open();
    await piv.pins.verifyPin(PIN);
    await use(piv);
    await sign(piv, '9C');
    expect(asked(card).slice(-2)).toEqual(['VERIFY', 'sign']);
  });

  it('is sent again for 9C to a card that has forgotten it meanwhile, at the cost of no try', async () => {
    const signatures = ['6982', SIGNATURE];
    const { card, piv } = await open({ sign: () => signatures.shift() ?? SIGNATURE });
    await piv.pins.verifyPin(PIN);
    await sign(piv, '9C');
    expect(asked(card)).toEqual(['VERIFY', 'sign', 'counter', 'VERIFY', 'sign']);
  });

  it('is never taken for another one that was verified', async () => {
    const { card, piv } = await open();
    await piv.pins.verifyPin(PIN);
    await sign(piv, '9C', OTHER_PIN);
    expect(asked(card)).toEqual(['VERIFY', 'counter', 'VERIFY', 'sign']);
  });

  it('is sent after its tries were read if the card has not verified it yet', async () => {
    const { card, piv } = await open();
    await sign(piv, '9A');
    await sign(piv, '9D');
    expect(asked(card)).toEqual(['counter', 'VERIFY', 'sign', 'sign']);
  });

  it('is sent only after its tries were read if it differs, and never at the last try', async () => {
    const { card, piv, answers } = await open();
    await piv.pins.verifyPin(PIN);
    answers.status = '63c1';
    for (const slot of ['9A', '9C'] as const)
      await expect(sign(piv, slot, OTHER_PIN)).rejects.toMatchObject({ code: 'LAST_TRY' });
    expect(asked(card)).toEqual(['VERIFY', 'counter', 'counter']);
  });

  it('is sent again to a card that has forgotten it, after its tries were read', async () => {
    const answersInTurn = ['6982', SIGNATURE];
    const { card, piv } = await open({ sign: () => answersInTurn.shift() ?? SIGNATURE });
    await piv.pins.verifyPin(PIN);
    await expect(sign(piv, '9A')).resolves.toHaveLength(2);
    expect(asked(card)).toEqual(['VERIFY', 'sign', 'counter', 'VERIFY', 'sign']);
  });

  it('is not sent again to a forgetful card with one try left, which may be another card', async () => {
    const { card, piv, answers } = await open();
    await piv.pins.verifyPin(PIN);
    answers.sign = '6982';
    answers.status = '63c1';
    await expect(sign(piv, '9A')).rejects.toMatchObject({ code: 'LAST_TRY' });
    expect(asked(card)).toEqual(['VERIFY', 'sign', 'counter']);
  });

  it('is sent again only once; further refusals are reported', async () => {
    const { card, piv } = await open({ sign: '6982' });
    await piv.pins.verifyPin(PIN);
    await expect(sign(piv, '9D')).rejects.toMatchObject({ code: 'NOT_AUTHENTICATED' });
    expect(asked(card)).toEqual(['VERIFY', 'sign', 'counter', 'VERIFY', 'sign']);
  });

  it.each<[string, (piv: PivSession, answers: Answers) => Promise<unknown>]>([
    ['a wrong PIN', (piv, answers) => ((answers.verify = '63c2'), piv.pins.verifyPin(OTHER_PIN))],
    ['a change of the PIN', (piv) => piv.pins.changePin(PIN, OTHER_PIN)],
    [
      'a change of the PIN that failed',
      (piv, answers) => ((answers.change = '63c2'), piv.pins.changePin(PIN, OTHER_PIN)),
    ],
    ['a change of the PUK', (piv) => piv.pins.changePuk(PUK, PUK)],
    ['an unblocking', (piv) => piv.pins.unblockPin(PUK, PIN)],
    ['a refusal for want of a login', (piv) => piv.objects.has(0x5fc109)],
    ['an end of the session', (piv) => Promise.resolve().then(() => piv.pins.forgetPin())],
  ])('is unverified after %s', async (_, happens) => {
    const { card, piv, answers } = await open();
    await piv.pins.verifyPin(PIN);
    expect(piv.pins.hasVerified(PIN)).toBe(true);
    await happens(piv, answers).catch(() => undefined);
    expect(piv.pins.hasVerified(PIN)).toBe(false);
    answers.status = '63c1';
    await expect(sign(piv, '9A')).rejects.toMatchObject({ code: 'LAST_TRY' });
    expect(asked(card).at(-1)).toBe('counter');
  });

  it.each(['RESET_CARD', 'REMOVED_CARD', 'COMM_ERROR'] as const)(
    'is unverified after %s, and not sent again',
    async (name) => {
      const failures: Error[] = [];
      const { card } = await open();
      const piv = await select({
        transmit: (apdu) => {
          const failure = failures.pop();
          return failure ? Promise.reject(failure) : card.transmit(apdu);
        },
      });
      await piv.pins.verifyPin(PIN);
      const failure = asError(meaningOfPcscError(new PcscError(PCSC_CODE[name], name)));
      failures.push(failure);
      await expect(sign(piv, '9A')).rejects.toBe(failure);
      expect(piv.pins.hasVerified(PIN)).toBe(false);
      expect(card.sent('20')).toHaveLength(1);
    },
  );

  it('is unverified after another selection of the application', async () => {
    const { card, piv } = await open();
    await piv.pins.verifyPin(PIN);
    expect((await select(card)).pins.hasVerified(PIN)).toBe(false);
  });

  it('is remembered as a copy, which is zeroed when it is forgotten', async () => {
    const { piv } = await open();
    const pin = Uint8Array.from(PIN);
    await piv.pins.verifyPin(pin);
    pin.fill(0);
    expect(piv.pins.hasVerified(PIN)).toBe(true);
    expect(piv.pins.hasVerified(pin)).toBe(false);
  });
});

describe('a new PIN that a card has confirmed', () => {
  it.each([
    ['63c2', 'PIN_REFUSED_BY_DEVICE'],
    ['63c1', 'LAST_TRY'],
    // The card does not tell how many tries are left, so it may be the last.
    ['6300', 'LAST_TRY'],
    ['6983', 'PIN_BLOCKED'],
  ])('and then refuses with %s is reported as %s', async (verify, code) => {
    const { piv } = await open({ verify });
    await expect(verifyNewPin(piv.pins, PIN)).rejects.toMatchObject({ code });
  });

  it('is verified once', async () => {
    const { card, piv } = await open();
    await verifyNewPin(piv.pins, PIN);
    expect(asked(card)).toEqual(['VERIFY']);
  });
});

describe('a counter of tries', () => {
  const status = (retriesLeft: number | null, blocked = false) => ({ retriesLeft, blocked, isDefault: null });

  it('permits a try, unless it is the last or there is none', () => {
    expect(requireTries(status(2), 'PUK_BLOCKED')).toEqual(status(2));
    expect(requireTries(status(null), 'PUK_BLOCKED')).toEqual(status(null));
    expect(() => requireTries(status(1), 'PUK_BLOCKED')).toThrow(expect.objectContaining({ code: 'LAST_TRY' }));
    expect(() => requireTries(status(0, true), 'PUK_BLOCKED')).toThrow(
      expect.objectContaining({ code: 'PUK_BLOCKED' }),
    );
  });
});
