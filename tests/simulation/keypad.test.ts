import { afterEach, describe, expect, it } from '@jest/globals';
import type { StepCommand } from '@cardwright/protocol/steps';
import { Bench, type BenchOptions } from './failures/bench.js';
import { CANCEL, Keypad, NOTHING, type KeypadMessage, type KeypadTraits, type Pressed } from './support/keypad.js';

const FACTORY = { pin: '123456', puk: '12345678' } as const;
const CHOSEN = '739154';
const RULES = { minLength: 6, maxLength: 8, digitsOnly: true, forbidTrivial: false };
const MOST_QUESTIONS = 5;

const FROM_USER = { source: 'user' } as const;
const verify = (pinpad = 'required'): StepCommand => ({
  method: 'pin.verify',
  params: { pinpad, secrets: { pin: FROM_USER } },
});
const change = (pinpad = 'required'): StepCommand => ({
  method: 'pin.change',
  params: { rules: RULES, pinpad, secrets: { pin: FROM_USER, newPin: FROM_USER } },
});

const unblock = async (at: Bench): Promise<StepCommand> => ({
  method: 'pin.unblock',
  params: {
    rules: RULES,
    pinpad: 'required',
    secrets: { puk: await at.sealed('puk', FACTORY.puk), newPin: FROM_USER },
  },
});

/** A user who knows the factory's PIN, and chooses another one: from then on, the reader asks for that. */
const ableAfter =
  (failures: number) =>
  (message: KeypadMessage, before: number): Pressed =>
    message === 'pin' && before <= failures ? FACTORY.pin : CHOSEN;
const able = ableAfter(0);

let bench: Bench | undefined;
afterEach(async () => {
  await bench?.close();
  bench = undefined;
});

/** Runs one command at a reader with a keypad. Nobody types a PIN, unless the case says so. */
async function run(
  command: StepCommand | ((bench: Bench) => Promise<StepCommand>),
  keypad: Keypad,
  options: BenchOptions = {},
) {
  const typed: string[] = [];
  const choosePin = (secret: string): string => {
    typed.push(secret);
    return secret === 'pin' ? FACTORY.pin : CHOSEN;
  };
  const asked: (string | null)[] = [];
  const goesToReader = ({ problem }: { problem: string | null }): boolean => asked.push(problem) > 0;
  const user = { choosePin, goesToReader, ...options.user };
  const opened = await Bench.open({ keypad, apdus: true, ...options, user });
  bench = opened;
  const order = typeof command === 'function' ? await command(opened) : command;
  const code = await opened.run([order]).then(
    () => 'done',
    (error: unknown) => error,
  );
  const { state, tries } = opened.card;
  const pin = state.pin.value.toString('latin1').replace(/\u00ff+$/, '');
  return { code, typed, asked, pin, tries, trace: opened.trace, shown: keypad.shown };
}

const ORDERS = [
  ['little', 'code'],
  ['big', 'code'],
  ['big', 'status'],
  ['big', 'blindly'],
] as const;

describe.each(ORDERS)('a reader that reads %s-endian words, and the others by %s', (order, otherOrder) => {
  const traits: KeypadTraits = { order, otherOrder, codes: order };

  it('verifies a PIN that nobody types', async () => {
    const { code, typed, tries, trace } = await run(verify(), new Keypad(() => FACTORY.pin, traits));
    expect([code, typed, tries]).toEqual(['done', [], [3, 3]]);
    expect(trace.join('\n')).not.toContain(FACTORY.pin);
  });

  it('changes a PIN that nobody types', async () => {
    const { code, typed, pin, shown, trace } = await run(
      change(),
      new Keypad(ableAfter(otherOrder === 'blindly' ? 1 : 0), traits),
    );
    expect([code, typed, pin]).toEqual(['done', [], CHOSEN]);
    expect(shown.slice(-4)).toEqual(['pin', 'new', 'again', 'pin']);
    for (const secret of [FACTORY.pin, CHOSEN]) expect(trace.join('\n')).not.toContain(secret);
  });

  it('sets a PIN with the PUK of the CMS, and asks for the new PIN alone', async () => {
    const { code, pin, shown } = await run(unblock, new Keypad(() => CHOSEN, traits));
    expect([code, pin, shown.slice(-3)]).toEqual(['done', CHOSEN, ['new', 'again', 'pin']]);
  });
});

describe('the user at the keypad', () => {
  it('sees why it asks again after no entry (6400), and gets a PIN that takes five attempts', async () => {
    const late = new Keypad((_, before) => (before < MOST_QUESTIONS - 1 ? NOTHING : FACTORY.pin));
    const { code, asked } = await run(verify(), late);
    expect([code, asked]).toEqual(['done', [null, ...Array.from({ length: 4 }, () => 'USER_TIMEOUT')]]);
  });

  it('is not asked a sixth time', async () => {
    const { code, asked } = await run(verify(), new Keypad(() => NOTHING));
    expect([code, asked.length]).toEqual([expect.objectContaining({ code: 'USER_TIMEOUT' }), MOST_QUESTIONS]);
  });

  it('ends it with the key for Cancel (6401)', async () => {
    const { code, asked, pin } = await run(change(), new Keypad(() => CANCEL));
    expect([code, asked, pin]).toEqual([expect.objectContaining({ code: 'USER_CANCELLED' }), [null], FACTORY.pin]);
  });

  it('enters a new PIN once more that was not the same twice (6402), or too short (6403)', async () => {
    const clumsy = (message: KeypadMessage, before: number): Pressed => {
      if (message === 'pin') return before < 3 ? FACTORY.pin : CHOSEN;
      if (before === 1) return '7391';
      return message === 'again' && before === 0 ? '888888' : CHOSEN;
    };
    const { code, asked, pin } = await run(change(), new Keypad(clumsy));
    expect([code, asked, pin]).toEqual(['done', [null, 'PIN_ENTRIES_DIFFER', 'PIN_RULE_VIOLATED'], CHOSEN]);
  });

  it('enters a PIN once more that the card refuses', async () => {
    const simple = (message: KeypadMessage, before: number): Pressed => {
      if (message === 'pin') return before < 2 ? FACTORY.pin : CHOSEN;
      return before === 0 ? '111111' : CHOSEN;
    };
    const circumstances = { pinComplexity: true };
    const { code, asked, pin } = await run(change(), new Keypad(simple), { circumstances });
    expect([code, asked, pin]).toEqual(['done', [null, 'PIN_REFUSED_BY_DEVICE'], CHOSEN]);
  });

  it('confirms a new PIN again after a slip, and has it then', async () => {
    const slip = (message: KeypadMessage, before: number): Pressed =>
      message === 'pin' && before === 1 ? '888888' : able(message, before);
    const { code, asked, pin, tries } = await run(change(), new Keypad(slip));
    expect([code, asked, pin, tries]).toEqual(['done', [null, 'PIN_INCORRECT'], CHOSEN, [3, 3]]);
  });

  it.each([CANCEL, NOTHING])('leaves it open which PIN the card has if %s follows a change', async (pressed) => {
    const gone = (message: KeypadMessage, before: number): Pressed =>
      message === 'pin' && before > 0 ? pressed : able(message, before);
    const { code, pin } = await run(change(), new Keypad(gone));
    expect([code, pin]).toEqual([expect.objectContaining({ code: 'PIN_UNCONFIRMED' }), CHOSEN]);
  });
});

describe('a reader that lies', () => {
  it.each(['verify', 'change'] as const)(
    'about its keypad has its user type if the policy allows that, to %s',
    async (what) => {
      const keypad = new Keypad(able, { lie: 'has-none' });
      const { code, typed, shown } = await run((what === 'verify' ? verify : change)('if-present'), keypad);
      expect([code, typed, shown]).toEqual(['done', what === 'verify' ? ['pin'] : ['pin', 'newPin'], []]);
    },
  );

  it.each(['verify', 'change'] as const)(
    'about its keypad has nobody type if the policy demands it, to %s',
    async (what) => {
      const keypad = new Keypad(able, { lie: 'has-none' });
      const { code, typed } = await run((what === 'verify' ? verify : change)(), keypad);
      const refused = expect.objectContaining({ code: 'PINPAD_UNUSABLE', data: { reason: 'refused' } });
      expect([code, typed]).toEqual([refused, []]);
    },
  );

  const lied = expect.objectContaining({ code: 'PINPAD_UNUSABLE', data: { reason: 'lied' } });

  it('does not verify a PIN that it has not sent', async () => {
    const { code, tries } = await run(verify('if-present'), new Keypad(() => FACTORY.pin, { lie: 'sends-nothing' }));
    expect([code, tries]).toEqual([lied, [3, 3]]);
  });

  it('does not verify a PIN that was verified before it asked', async () => {
    const before = async (at: Bench): Promise<StepCommand> => {
      await at.run([{ method: 'pin.verify', params: { secrets: { pin: await at.sealed('pin', FACTORY.pin) } } }]);
      return verify();
    };
    const { code } = await run(before, new Keypad(() => FACTORY.pin, { lie: 'sends-nothing' }));
    expect(code).toEqual(lied);
  });

  it.each(['sends-nothing', 'changes-nothing'] as const)('changes no PIN unnoticed (%s)', async (lie) => {
    const { code, pin, tries } = await run(change(), new Keypad(able, { lie }));
    expect(code).toMatchObject({ code: lie === 'sends-nothing' ? 'PINPAD_UNUSABLE' : 'PIN_UNCONFIRMED' });
    expect([pin, tries[0]]).toEqual([FACTORY.pin, lie === 'sends-nothing' ? 3 : 1]);
  });

  it('sets no PIN by the PUK unnoticed', async () => {
    const { code, pin } = await run(unblock, new Keypad(() => CHOSEN, { lie: 'changes-nothing' }));
    expect([code, pin]).toEqual([expect.objectContaining({ code: 'PIN_UNCONFIRMED' }), FACTORY.pin]);
  });

  it('about the tries does not get the last one', async () => {
    const { code, tries, asked } = await run(change(), new Keypad(() => '888888', { lie: 'more-tries' }));
    expect(code).toMatchObject({ code: 'PIN_INCORRECT', data: { retriesLeft: 1 } });
    expect([tries, asked]).toEqual([
      [1, 3],
      [null, 'PIN_INCORRECT'],
    ]);
  });

  it('about a blocked PIN is corrected by the card', async () => {
    const { code } = await run(verify(), new Keypad(() => '888888', { lie: 'blocked' }));
    expect(code).toMatchObject({ code: 'PIN_INCORRECT', data: { retriesLeft: 2 } });
  });
});

describe('what comes before the keypad', () => {
  const forbidsTrivial = {
    pinRules: { minLength: 6, fidoMinLength: 4, digitsOnly: true, forbidTrivial: true },
    allowedDevices: null,
    logLevel: null,
  };

  it('is an administrator who forbids simple PINs, which no reader can judge', async () => {
    const typed = await run(change('if-present'), new Keypad(able), { policy: forbidsTrivial });
    expect([typed.code, typed.typed, typed.shown]).toEqual(['done', ['pin', 'newPin'], []]);
    await bench?.close();
    const { code } = await run(change(), new Keypad(able), { policy: forbidsTrivial });
    expect(code).toMatchObject({ code: 'PIN_RULES_CONFLICT' });
  });

  it('is an older PIN that may be shorter than the rules for a new one, for which a reader has the same lengths', async () => {
    const longer = (pinpad: string): StepCommand => ({
      method: 'pin.change',
      params: { rules: { ...RULES, minLength: 7 }, pinpad, secrets: { pin: FROM_USER, newPin: FROM_USER } },
    });
    const { code } = await run(longer('required'), new Keypad(able));
    expect(code).toMatchObject({ code: 'PIN_RULES_CONFLICT' });
  });

  it('is a command that does not name it', async () => {
    const { code, typed, shown } = await run(
      { method: 'pin.verify', params: { secrets: { pin: FROM_USER } } },
      new Keypad(able),
    );
    expect([code, typed, shown]).toEqual(['done', ['pin'], []]);
  });

  it('is the window, which its user closes', async () => {
    const { code, shown } = await run(verify(), new Keypad(able), {
      user: { choosePin: () => null, goesToReader: () => false },
    });
    expect([code, shown]).toEqual([expect.objectContaining({ code: 'USER_CANCELLED' }), []]);
  });
});
