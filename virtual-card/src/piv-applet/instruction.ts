import type { Command } from '../apdu/command.js';
import type { Card } from '../card/card.js';

/**
 * Carries out one instruction of the PIV application and returns its response data.
 *
 * @throws CardError with the status word that the card answers
 */
export type Instruction = (card: Card, command: Command) => Buffer | Promise<Buffer>;
