import type { Command } from '../apdu/command.js';
import type { Card } from '../card/card.js';
import type { FreshPinRule } from '../card/profile.js';
import { Ins } from './instruction.js';
import { Slot } from './slots.js';

const keepsPinFresh: Readonly<Record<FreshPinRule, (command: Command) => boolean>> = {
  'until-used': () => true,
  'until-other-command': ({ ins }) => ins === Ins.verify || ins === Ins.generalAuthenticate,
  // A successful VERIFY makes it fresh again.
  'next-command': usesKey,
};

/**
 * Discards, before a command is executed, the state that only the very next command may use: the challenge of an authentication on 9B, and
 * the PIN of a key with "PIN always".
 */
export function forgetWhatAnotherCommandEnds(card: Card, command: Command): void {
  if (command.ins !== Ins.generalAuthenticate || usesKey(command)) card.pendingChallenge = undefined;
  if (!keepsPinFresh[card.profile.freshPin](command)) card.pinIsFresh = false;
}

function usesKey({ ins, p2 }: Command): boolean {
  return ins === Ins.generalAuthenticate && p2 !== Slot.managementKey;
}
