import type { Command } from '../apdu/command.js';
import { CardError, StatusWord } from '../apdu/status-word.js';
import { readTag } from './objects.js';
import { Ins } from './instruction.js';
import { Slot } from './slots.js';

/** Objects that anyone may read without contact (SP 800-73-4 Part 1, table 2): CHUID, certificate of 9E, Discovery Object. */
const FREE_OBJECTS: readonly number[] = [0x5fc102, 0x5fc101, 0x7e];

/** Commands that are marked "No" in the column of the contactless interface (SP 800-73-4 Part 2, table 2). */
const CONTACT_ONLY: readonly number[] = [Ins.resetRetryCounter, Ins.putData, Ins.generateAsymmetricKeyPair];
/** Commands that are marked "VCI" in that column: they need contacts, or a virtual contact interface, which this card does not have. */
const NEEDS_VIRTUAL_CONTACT: readonly number[] = [Ins.verify, Ins.changeReferenceData];

/**
 * Refuses commands that need contacts.
 *
 * @throws CardError 6A81 for a command that exists over contacts only (SP 800-73-4 Part 2, table 2), 6982 if the security condition of the object,
 * key or PIN requires contacts or a virtual contact interface, 6A80 for a GET DATA without a readable tag
 */
export function refuseWithoutContact({ ins, p2, data }: Command): void {
  if (CONTACT_ONLY.includes(ins)) throw new CardError(StatusWord.functionNotSupported, 'over contacts only');
  const isRefused =
    NEEDS_VIRTUAL_CONTACT.includes(ins) ||
    (ins === Ins.generalAuthenticate && p2 !== Slot.cardAuthentication) ||
    (ins === Ins.getData && !FREE_OBJECTS.includes(readTag(data)));
  if (isRefused) throw new CardError(StatusWord.securityStatusNotSatisfied, 'no virtual contact interface');
}
