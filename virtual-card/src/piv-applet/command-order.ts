import type { Command } from '../apdu/command.js';
import type { Card } from '../card/card.js';
import type { FreshPinRule } from '../card/profile.js';
import { Ins } from './instruction.js';
import { Slot } from './slots.js';

const keepsPinFresh: Readonly<Record<FreshPinRule, (command: Command) => boolean>> = {
  'until-used': () => true,
  'until-other-command': ({ ins }) => ins === Ins.verify || ins === Ins.generalAuthenticate,
  // VERIFY need not keep the PIN fresh, because a successful VERIFY makes the PIN fresh again.
  'next-command': usesKey,
};

/**
 * Discards, before a command is executed, the state that this command ends: the pending challenge of an authentication on 9B, and the freshness of
 * the PIN for keys with PIN policy "always".
 */
export function forgetWhatAnotherCommandEnds(card: Card, command: Command): void {
  if (command.ins !== Ins.generalAuthenticate || usesKey(command)) card.pendingChallenge = undefined;
  if (!keepsPinFresh[card.profile.freshPin](command)) card.pinIsFresh = false;
}

function usesKey({ ins, p2 }: Command): boolean {
  return ins === Ins.generalAuthenticate && p2 !== Slot.managementKey;
}
