import type { Command } from '../apdu/command.js';
import { CardError, StatusWord } from '../apdu/status-word.js';
import type { Card } from '../card/card.js';
import type { Firmware } from '../card/firmware.js';

/** AID of Yubico's one-time password application. Some tools omit the last byte. */
const AID = Buffer.from('A000000527200101', 'hex');
const SHORTEST_AID_BYTES = 7;
const DEVICE_COMMAND = 0x01;
const SERIAL_NUMBER = 0x10;
const SERIAL_BYTES = 4;
/** Programming sequence and touch level of a device whose slots were never programmed. */
const UNPROGRAMMED = Buffer.of(0, 0, 0);

/** True if a SELECT with this AID means the one-time password application. */
export function isOtpAid(aid: Buffer): boolean {
  return aid.length >= SHORTEST_AID_BYTES && AID.subarray(0, aid.length).equals(aid);
}

/** Returns the answer to SELECT: the status of the device, which starts with the firmware version. */
export function otpStatus({ version }: Firmware): Buffer {
  return Buffer.concat([version, UNPROGRAMMED]);
}

/**
 * Executes the request for the serial number, which tools send to firmware before 5 because that firmware has no GET SERIAL. Refuses all other
 * commands.
 */
export function executeOtp({ state }: Card, { ins, p1: request }: Command): Buffer {
  if (ins !== DEVICE_COMMAND) throw new CardError(StatusWord.instructionNotSupported, 'no such instruction');
  if (request !== SERIAL_NUMBER) throw new CardError(StatusWord.wrongParameters, 'only the serial number');
  const serial = Buffer.alloc(SERIAL_BYTES);
  serial.writeUInt32BE(state.serial ?? 0);
  return serial;
}
