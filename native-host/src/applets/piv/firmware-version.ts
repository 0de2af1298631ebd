import { SW } from '../../iso7816/status-word.js';
import { LE_SHORT, type PivChannel } from './piv-channel.js';
import { readVersion, YUBICO_INS, type FirmwareVersion } from './yubico.js';

/** Answers of a card that does not know the instruction (ISO/IEC 7816-4, 5.6). */
const UNKNOWN: readonly number[] = [SW.INSTRUCTION_NOT_SUPPORTED, SW.CLASS_NOT_SUPPORTED];

/**
 * Yubico's GET VERSION; undefined where the card has none. One that refuses for another reason is asked once more: a YubiKey must
 * not pass for a plain card, and be issued with the management key of all such cards, because something went wrong once.
 */
export async function askVersion(channel: PivChannel): Promise<FirmwareVersion | undefined> {
  const ask = () => channel.send({ ins: YUBICO_INS.GET_VERSION, p1: 0, p2: 0, le: LE_SHORT });
  const first = await ask();
  const isFinal = first.statusWord === SW.SUCCESS || UNKNOWN.includes(first.statusWord);
  const { statusWord, data } = isFinal ? first : await ask();
  return statusWord === SW.SUCCESS ? readVersion(data) : undefined;
}
