import { SW } from '../../iso7816/status-word.js';
import { LE_SHORT, type PivChannel } from './piv-channel.js';
import { readVersion, YUBICO_INS, type FirmwareVersion } from './yubico.js';

/** Answers of a card that lacks the instruction (ISO/IEC 7816-4, 5.6). */
const UNKNOWN: readonly number[] = [SW.INSTRUCTION_NOT_SUPPORTED, SW.CLASS_NOT_SUPPORTED];

/**
 * Reads the firmware version with Yubico's GET VERSION. Returns undefined if the card lacks the command, or its answer is not three bytes. If
 * the card refuses for another reason, it is asked once more, and undefined is returned after a second refusal: a YubiKey with a passing fault
 * must not be mistaken for a plain card, and issued with the management key that all plain cards share.
 */
export async function askVersion(channel: PivChannel): Promise<FirmwareVersion | undefined> {
  const ask = () => channel.send({ ins: YUBICO_INS.GET_VERSION, p1: 0, p2: 0, le: LE_SHORT });
  const first = await ask();
  const isFinal = first.statusWord === SW.SUCCESS || UNKNOWN.includes(first.statusWord);
  const { statusWord, data } = isFinal ? first : await ask();
  return statusWord === SW.SUCCESS ? readVersion(data) : undefined;
}
