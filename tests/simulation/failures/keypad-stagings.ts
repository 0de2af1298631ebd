import type { CodesOf } from '../../support/failures/staged.js';
import { Keypad, type KeypadMessage } from '../support/keypad.js';
import type { Bench } from './bench.js';
import type { Stagings } from './staging.js';

const RULES = { minLength: 6, maxLength: 8, digitsOnly: true, forbidTrivial: false };
const FACTORY_PIN = '123456';
const NEW_PIN = '739154';

/** Changes the PIN, each entry at the reader. */
const change = (bench: Bench) => {
  const secrets = { pin: { source: 'user' }, newPin: { source: 'user' } };
  return bench.run([{ method: 'pin.change', params: { rules: RULES, pinpad: 'required', secrets } }]);
};

/** A reader whose user presses these digits. */
const pressing = (press: (message: KeypadMessage, before: number) => string) => () => ({ keypad: new Keypad(press) });

/** Failures at a reader's keypad. */
export const keypadStagings = {
  PINPAD_MISSING: {
    when: 'PINs have to be entered at a keypad, and the reader has none',
    act: change,
  },
  PINPAD_UNUSABLE: {
    when: 'the reader says that it has verified a PIN, and has sent nothing to the card',
    desk: () => ({ keypad: new Keypad(() => FACTORY_PIN, { lie: 'sends-nothing' }) }),
    act: (bench) =>
      bench.run([{ method: 'pin.verify', params: { pinpad: 'required', secrets: { pin: { source: 'user' } } } }]),
    data: { reason: 'lied' },
  },
  PIN_ENTRIES_DIFFER: {
    when: 'the user enters the new PIN differently the second time, each time that the reader asks (6402)',
    desk: pressing((message) => (message === 'again' ? '888888' : FACTORY_PIN)),
    act: change,
  },
  PIN_UNCONFIRMED: {
    when: 'the user does not know the new PIN any more when it is to be confirmed',
    desk: pressing((message, before) => (message === 'pin' ? (before === 0 ? FACTORY_PIN : '888888') : NEW_PIN)),
    act: change,
  },
} satisfies Partial<Stagings<CodesOf<'host'>>>;
