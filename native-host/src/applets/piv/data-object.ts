import { bigEndian, encodeTlv } from '../../iso7816/tlv.js';
import { SW } from '../../iso7816/status-word.js';
import { saysAbsent } from './absence.js';
import { CURRENT_DATA, INS, TAG_DATA, TAG_TAG_LIST } from './instructions.js';
import { LE_ALL, type PivChannel } from './piv-channel.js';
import { meaningOfStatusWord } from './piv-error.js';

/** Commands for data objects: GET DATA and PUT DATA (SP 800-73-4 Part 2, 3.1.2 and 3.3.2). */

/**
 * Reads an object with GET DATA. Returns the answer, including the wrapper 53 if the object has one, or null if the card answers that the
 * object does not exist.
 *
 * @throws CardwrightError for every other refusal, because an unreadable object may exist: `NOT_AUTHENTICATED`, `NOT_SUPPORTED_BY_DEVICE`,
 *   `CARD_ERROR`
 */
export async function readDataObject(channel: PivChannel, tag: number): Promise<Uint8Array | null> {
  const { data, statusWord } = await channel.send({
    ins: INS.GET_DATA,
    ...CURRENT_DATA,
    data: tagList(tag),
    le: LE_ALL,
  });
  if (statusWord === SW.SUCCESS) return data;
  if (saysAbsent(statusWord)) return null;
  throw meaningOfStatusWord(statusWord, { kind: 'getData' });
}

/** Writes an object with PUT DATA. The management key must have been authenticated. Empty content deletes the object. */
export async function writeDataObject(channel: PivChannel, tag: number, content: Uint8Array): Promise<void> {
  const data = Buffer.concat([tagList(tag), encodeTlv(TAG_DATA, content)]);
  await channel.perform({ ins: INS.PUT_DATA, ...CURRENT_DATA, data }, { kind: 'putData' });
}

const tagList = (tag: number): Uint8Array => encodeTlv(TAG_TAG_LIST, Uint8Array.from(bigEndian(tag)));
