import type { Command } from '../apdu/command.js';
import { CardError, StatusWord } from '../apdu/status-word.js';
import type { Card } from '../card/card.js';
import { refuseWithoutContact } from './contactless.js';
import { Ins, type Instruction } from './instruction.js';
import { generateKey } from './key-generation.js';
import { generalAuthenticate } from './key-use.js';
import { getData, putData } from './objects.js';
import { changeReferenceData, resetRetryCounter, verify } from './pins.js';
import { yubicoInstruction } from './yubico.js';

const standardInstructions: ReadonlyMap<number, Instruction> = new Map<number, Instruction>([
  [Ins.verify, verify],
  [Ins.changeReferenceData, changeReferenceData],
  [Ins.resetRetryCounter, resetRetryCounter],
  [Ins.generateAsymmetricKeyPair, generateKey],
  [Ins.generalAuthenticate, generalAuthenticate],
  [Ins.getData, getData],
  [Ins.putData, putData],
]);

/**
 * Executes a command of the PIV card application: an instruction of SP 800-73-4 or, if the card has Yubico's firmware, one of Yubico's instructions.
 *
 * @throws CardError with the status word of the card's answer
 */
export async function executePiv(card: Card, command: Command): Promise<Buffer> {
  const { firmware } = card.profile;
  const instruction = standardInstructions.get(command.ins) ?? (firmware && yubicoInstruction(firmware, command.ins));
  if (!instruction) throw new CardError(StatusWord.instructionNotSupported, 'no such instruction');
  if (card.circumstances.contactless && card.profile.contactlessAtr) refuseWithoutContact(command);
  return instruction(card, command);
}
