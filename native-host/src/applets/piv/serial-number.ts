import { SW } from '../../iso7816/status-word.js';
import { LE_SHORT, type PivChannel } from './piv-channel.js';
import { YUBICO_INS } from './yubico.js';

/** Reads the serial number with Yubico's GET SERIAL. Returns its decimal digits, or null if the card refuses or does not answer with four bytes. */
export async function readSerialNumber(channel: PivChannel): Promise<string | null> {
  const { data, statusWord } = await channel.send({ ins: YUBICO_INS.GET_SERIAL, p1: 0, p2: 0, le: LE_SHORT });
  if (statusWord !== SW.SUCCESS || data.length !== 4) return null;
  return Buffer.from(data).readUInt32BE().toString();
}
