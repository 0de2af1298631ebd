import { CardwrightError } from '@cardwright/protocol';
import type { SecretReference } from '@cardwright/protocol/command-definitions';
import { PIV_PIN_LENGTH, type PinRules, type PinpadUse } from '@cardwright/protocol/devices';
import type { OpenDevice } from '../devices/open-device.js';
import type { Pinpad } from '../pcsc/pinpad.js';
import type { CommandContext } from '../server/handlers.js';
import { confirmOnReader, enterOnReader, lengthsOf, pinpadForNewPin } from './on-reader.js';
import { secretOf } from './secrets.js';

export interface NewPinOnReader {
  /** The secret that authorises the new PIN. */
  readonly oldSecret: 'pin' | 'puk';
  readonly old: SecretReference;
  readonly rules: PinRules;
  /** Tries left of the old secret; null if unknown. */
  readonly retriesLeft: number | null;
  readonly use: PinpadUse | undefined;
  /** Set when the FIDO2 application has the same PIN, which this host has to know then. */
  readonly isShared: boolean;
}

/**
 * Has the user choose a PIN at the reader's keypad, if the command asks for that and the reader has one. A PIN or PUK that this host has is put into the
 * command; the user enters one that it does not have.
 *
 * @returns false if nothing was done, because the user types in the window
 * @throws CardwrightError the errors of `pinpadForNewPin`, `enterOnReader` and `confirmOnReader`
 */
export async function setNewPinOnReader(
  order: NewPinOnReader,
  device: OpenDevice,
  context: CommandContext,
): Promise<boolean> {
  const { use, rules, old, oldSecret } = order;
  const pinpad = await pinpadForNewPin(use, device, context);
  if (!pinpad) return false;
  if (order.isShared || (old.source === 'user' && !fitsReader(oldSecret, rules))) {
    if (use === 'required') throw new CardwrightError('PIN_RULES_CONFLICT');
    return false;
  }
  const known = old.source === 'user' ? null : await secretOf(oldSecret, old, device, context);
  try {
    if (!(await enterAndConfirm(pinpad, { ...order, known }, device, context))) return false;
  } finally {
    known?.fill(0);
  }
  device.forgetSecrets();
  // Later commands in steps of the CMS refer to this PIN by the source `session`.
  device.isPinOnReader = context.operation !== null;
  return true;
}

async function enterAndConfirm(
  pinpad: Pinpad,
  { oldSecret, known, rules, retriesLeft, use }: NewPinOnReader & { readonly known: Uint8Array | null },
  device: OpenDevice,
  context: CommandContext,
): Promise<boolean> {
  const { pinsOnReader } = device.piv;
  const lengths = lengthsOf(rules);
  const isPin = oldSecret === 'pin';
  const enter = (): Promise<void> =>
    isPin ? pinsOnReader.changePin(pinpad, lengths, known) : pinsOnReader.unblockPin(pinpad, lengths, known);
  const question = {
    entries: [...(known ? [] : [oldSecret]), 'newPin' as const, 'newPinAgain' as const, 'confirmPin' as const],
    rules,
    // The window shows only the tries of a PIN or PUK that the user enters.
    retriesLeft: known ? null : retriesLeft,
  };
  const options = { mayBeWrong: isPin && !known, hasWindow: use === 'if-present' };
  if (!(await enterOnReader(question, device, context, enter, options))) return false;
  await confirmOnReader(pinpad, { rules }, device, context, isPin && known ? known : undefined);
  return true;
}

/**
 * True if a reader that asks for the old secret too accepts every one that the card may have: a reader has one pair of lengths for all entries. A PUK of
 * this host has the greatest length.
 */
const fitsReader = (oldSecret: 'pin' | 'puk', { minLength, maxLength }: PinRules): boolean =>
  maxLength === PIV_PIN_LENGTH.max && (oldSecret === 'puk' || minLength === PIV_PIN_LENGTH.min);
