import type { Command } from '../apdu/command.js';
import type { Card } from '../card/card.js';
import type { Firmware } from '../card/firmware.js';

/** Instruction bytes of SP 800-73-4 Part 2, table 2. */
export const Ins = {
  verify: 0x20,
  changeReferenceData: 0x24,
  resetRetryCounter: 0x2c,
  generateAsymmetricKeyPair: 0x47,
  generalAuthenticate: 0x87,
  getData: 0xcb,
  putData: 0xdb,
} as const;

/**
 * Executes one instruction of the PIV application and returns its response data.
 *
 * @throws CardError with the status word of the card's answer
 */
export type Instruction = (card: Card, command: Command) => Buffer | Promise<Buffer>;

/** Executes an instruction that only Yubico's firmware has. */
export type FirmwareInstruction = (card: Card, command: Command, firmware: Firmware) => Buffer | Promise<Buffer>;
