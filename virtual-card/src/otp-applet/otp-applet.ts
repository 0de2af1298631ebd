import type { Command } from '../apdu/command.js';
import { CardError, StatusWord } from '../apdu/status-word.js';
import type { Card } from '../card/card.js';
import type { Firmware } from '../card/firmware.js';

/** Yubico's one-time password application; tools leave the last byte out, or not. */
const AID = Buffer.from('A000000527200101', 'hex');
const SHORTEST_AID_BYTES = 7;
const DEVICE_COMMAND = 0x01;
const SERIAL_NUMBER = 0x10;
const SERIAL_BYTES = 4;
/** Programming sequence and touch level: no slot was ever programmed. */
const UNPROGRAMMED = Buffer.of(0, 0, 0);

/** Whether a SELECT with this identifier means the one-time password application. */
export function isOtpAid(aid: Buffer): boolean {
  return aid.length >= SHORTEST_AID_BYTES && AID.subarray(0, aid.length).equals(aid);
}

/** What SELECT answers: the status of the device, which starts with the firmware version. */
export function otpStatus({ version }: Firmware): Buffer {
  return Buffer.concat([version, UNPROGRAMMED]);
}

/** The serial number, which tools read here before firmware 5 has GET SERIAL. Everything else is refused. */
export function executeOtp({ state }: Card, { ins, p1: request }: Command): Buffer {
  if (ins !== DEVICE_COMMAND) throw new CardError(StatusWord.instructionNotSupported, 'no such instruction');
  if (request !== SERIAL_NUMBER) throw new CardError(StatusWord.wrongParameters, 'only the serial number');
  const serial = Buffer.alloc(SERIAL_BYTES);
  serial.writeUInt32BE(state.serial ?? 0);
  return serial;
}
