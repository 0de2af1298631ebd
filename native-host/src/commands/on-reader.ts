import { CardwrightError, isCardwrightError, type UserParams } from '@cardwright/protocol';
import { PINPAD_SINCE } from '@cardwright/protocol/command-definitions';
import {
  MIN_TRIES,
  type KeyAlgorithm,
  type KeySlot,
  type PinRules,
  type PinpadUse,
} from '@cardwright/protocol/devices';
import { isSince } from '@cardwright/protocol/messages';
import type { OpenDevice } from '../devices/open-device.js';
import { intersectPinRules } from '../devices/pin-rules.js';
import { ALWAYS, requireTries } from '../devices/pin-use.js';
import type { Pinpad } from '../pcsc/pinpad.js';
import type { CommandContext } from '../server/handlers.js';

/** Largest number of times that the user is sent to the reader for one entry. */
const MAX_ENTRIES = 5;

type Entries = UserParams<'user.useReader'>['entries'];

/**
 * Returns the keypad at which the user enters a PIN; null if the user types in the window.
 *
 * @param use what the command says; undefined for the window
 * @throws CardwrightError `PINPAD_MISSING` if the keypad is required, and the reader has none, or the extension has no window for it
 */
export async function pinpadFor(
  use: PinpadUse | undefined,
  device: OpenDevice,
  { session }: CommandContext,
): Promise<Pinpad | null> {
  if (use === undefined) return null;
  const found = isSince(session.peer.protocol, PINPAD_SINCE) ? await device.pinpad() : null;
  if (!found && use === 'required') throw new CardwrightError('PINPAD_MISSING');
  return found;
}

/**
 * Returns the keypad at which the user chooses a PIN, as `pinpadFor` does. Nobody can judge a PIN that is entered at a keypad, so none is used if the
 * administrator forbids PINs that are easy to guess.
 *
 * @throws CardwrightError `PIN_RULES_CONFLICT` if the keypad is required nevertheless
 */
export async function pinpadForNewPin(
  use: PinpadUse | undefined,
  device: OpenDevice,
  context: CommandContext,
): Promise<Pinpad | null> {
  if (use !== undefined && context.session.peer.policy.pinRules?.forbidTrivial === true) {
    if (use === 'required') throw new CardwrightError('PIN_RULES_CONFLICT');
    return null;
  }
  return pinpadFor(use, device, context);
}

export interface ReaderQuestion {
  readonly entries: Entries;
  readonly rules: PinRules;
  /** Tries left of what the card checks; null if they are not shown. */
  readonly retriesLeft: number | null;
}

/** Errors after which the user is sent to the reader again. */
const AGAIN = ['USER_TIMEOUT', 'PIN_ENTRIES_DIFFER', 'PIN_RULE_VIOLATED', 'PIN_REFUSED_BY_DEVICE'] as const;

interface EntryOptions {
  /** Set when a wrong PIN may be entered again, while at least `MIN_TRIES` tries are left. */
  readonly mayBeWrong?: boolean;
  /** Why the user is sent to the reader, as an error code. */
  readonly problem?: string | null;
  /** Set when the window takes the PIN if the reader refuses to ask for it. */
  readonly hasWindow?: boolean;
}

/**
 * Sends the user to the reader, and has the reader ask. Both are repeated if the entry was of no use but cost nothing.
 *
 * @returns false if the reader has announced a keypad, and refuses to use it
 * @throws CardwrightError the last error of `enter`, and `USER_CANCELLED`, `USER_TIMEOUT`, `WINDOW_NOT_ALLOWED` of the window
 */
export async function enterOnReader(
  { entries, rules, retriesLeft }: ReaderQuestion,
  device: OpenDevice,
  context: CommandContext,
  enter: () => Promise<void>,
  { mayBeWrong = false, problem: first = null, hasWindow = false }: EntryOptions = {},
): Promise<boolean> {
  let shown = retriesLeft;
  let problem = first;
  for (let left = MAX_ENTRIES - 1; ; left -= 1) {
    const { operation } = context;
    const question = { entries, device: device.info, operation, rules, retriesLeft: shown, problem };
    await context.askUser('user.useReader', question);
    try {
      await context.whileUserActs(enter);
      return true;
    } catch (error) {
      if (hasWindow && isCardwrightError(error, 'PINPAD_UNUSABLE') && error.data.reason === 'refused') {
        device.ignorePinpad();
        return false;
      }
      const isWrong = isCardwrightError(error, 'PIN_INCORRECT');
      if (isWrong) shown = error.data.retriesLeft;
      const isAskedAgain = isWrong ? mayBeWrong && (shown ?? 0) >= MIN_TRIES : isOfNoUse(error);
      if (left === 0 || !isAskedAgain || !isCardwrightError(error)) throw error;
      problem = error.code;
    }
  }
}

const isOfNoUse = (error: unknown): boolean => AGAIN.some((code) => isCardwrightError(error, code));

/**
 * Has the user enter the new PIN once more, which proves that the card has it: a reader may say that it has set a PIN, and have done nothing.
 *
 * @param former the PIN that the card had before, if it is known
 * @throws CardwrightError `PIN_UNCONFIRMED` if that fails in any way but a removal of the device or a lie of the reader: the card has one of two PINs
 */
export async function confirmOnReader(
  pinpad: Pinpad,
  question: Pick<ReaderQuestion, 'rules'>,
  device: OpenDevice,
  context: CommandContext,
  former?: Uint8Array,
): Promise<void> {
  const verify = (): Promise<void> => device.piv.pinsOnReader.verify(pinpad, lengthsOf(question.rules), former);
  try {
    await context.whileUserActs(verify);
    return;
  } catch (error) {
    if (!isUnconfirmed(error)) throw error;
    const { retriesLeft } = await device.piv.pins.pinStatus();
    if (retriesLeft !== null && retriesLeft < MIN_TRIES) throw new CardwrightError('PIN_UNCONFIRMED');
    const again = { ...question, entries: ['confirmPin'] satisfies Entries, retriesLeft };
    const problem = error.code;
    try {
      await enterOnReader(again, device, context, verify, { mayBeWrong: true, problem });
    } catch (later) {
      if (isUnconfirmed(later)) throw new CardwrightError('PIN_UNCONFIRMED', {}, { cause: later });
      throw later;
    }
  }
}

const UNCONFIRMED = [
  'USER_TIMEOUT',
  'USER_CANCELLED',
  'WINDOW_NOT_ALLOWED',
  'PIN_RULE_VIOLATED',
  'PIN_INCORRECT',
  'PIN_BLOCKED',
] as const;

const isUnconfirmed = (error: unknown): error is CardwrightError =>
  UNCONFIRMED.some((code) => isCardwrightError(error, code));

/**
 * Has the user enter the PIN at the reader's keypad, and verifies it, if the command asks for that and the reader has one.
 *
 * @returns false if nothing was done, because the user types in the window
 * @throws CardwrightError `PIN_BLOCKED`, `LAST_TRY`, and the errors of `pinpadFor`, `enterOnReader` and `PinsOnReader.verify`
 */
export async function verifyOnReader(
  use: PinpadUse | undefined,
  device: OpenDevice,
  context: CommandContext,
): Promise<boolean> {
  const pinpad = await pinpadFor(use, device, context);
  if (!pinpad) return false;
  const { pins, pinsOnReader } = device.piv;
  const { retriesLeft } = requireTries(await pins.pinStatus(), 'PIN_BLOCKED');
  const rules = intersectPinRules(null, device.model);
  const verify = (): Promise<void> => pinsOnReader.verify(pinpad, lengthsOf(rules));
  const hasWindow = use === 'if-present';
  if (!(await enterOnReader({ entries: ['pin'], rules, retriesLeft }, device, context, verify, { hasWindow })))
    return false;
  device.rememberPin(undefined);
  // Later commands in steps of the CMS refer to this PIN by the source `session`.
  device.isPinOnReader = context.operation !== null;
  return true;
}

/**
 * Signs with a slot's key that needs the PIN. The user enters it at the reader where the card needs it again: for slot 9C, and if the card refuses to
 * sign without.
 *
 * @throws CardwrightError the errors of `verifyOnReader` and `SlotKeys.sign`
 */
export async function signWithReader(
  device: OpenDevice,
  context: CommandContext,
  { slot, algorithm }: { readonly slot: KeySlot; readonly algorithm: KeyAlgorithm },
  input: Uint8Array,
): Promise<Uint8Array> {
  const { keys } = device.piv;
  if (slot !== ALWAYS) {
    try {
      return await keys.sign(slot, algorithm, input);
    } catch (error) {
      if (!isCardwrightError(error, 'NOT_AUTHENTICATED')) throw error;
    }
  }
  await verifyOnReader('required', device, context);
  return keys.sign(slot, algorithm, input);
}

/** The lengths of a PIN that a reader accepts. */
export const lengthsOf = ({ minLength, maxLength }: PinRules): { min: number; max: number } => ({
  min: minLength,
  max: maxLength,
});
