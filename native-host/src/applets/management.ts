import { ApduError, MAX_SHORT_LE, type CommandApdu } from '../iso7816/apdu.js';
import { exchange, type ApduChannel } from '../iso7816/exchange.js';
import { SW } from '../iso7816/status-word.js';
import { findTlv, ifTlv } from '../iso7816/tlv.js';
import { selectApplication } from './select.js';

/** AID of Yubico's management application. */
export const MANAGEMENT_AID = Uint8Array.from([0xa0, 0x00, 0x00, 0x05, 0x27, 0x47, 0x11, 0x17]);
/** Instruction READ CONFIG. Its answer is a length byte followed by TLVs (docs.yubico.com, YubiKey 5 Series Configuration Reference Guide). */
export const INS_READ_CONFIG = 0x1d;
const TAG_SERIAL = 0x02;
const SERIAL_LENGTH = 4;

/**
 * Reads the decimal serial number from Yubico's management application. Returns null if the device has no such application or does not reveal
 * the number. If the application exists, it stays selected.
 */
export async function readManagementSerial(channel: ApduChannel): Promise<string | null> {
  if ((await ask(channel, selectApplication(MANAGEMENT_AID))) === null) return null;
  const config = await ask(channel, { cla: 0, ins: INS_READ_CONFIG, p1: 0, p2: 0, le: MAX_SHORT_LE });
  const [length = 0] = config ?? [];
  const serial = config && ifTlv(() => findTlv(config.subarray(1, 1 + length), TAG_SERIAL));
  if (serial?.length !== SERIAL_LENGTH) return null;
  const number = Buffer.from(serial).readUInt32BE();
  // The device is configured not to reveal its serial number.
  return number === 0 ? null : number.toString();
}

async function ask(channel: ApduChannel, question: CommandApdu): Promise<Uint8Array | null> {
  try {
    const { data, statusWord } = await exchange(channel, question, 'short');
    return statusWord === SW.SUCCESS ? data : null;
  } catch (error) {
    // An invalid answer counts as a refusal.
    if (error instanceof ApduError) return null;
    throw error;
  }
}
