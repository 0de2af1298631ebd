import {
  chain,
  decodeResponse,
  encodeApdu,
  MAX_EXTENDED_LE,
  MAX_SHORT_DATA,
  MAX_SHORT_LE,
  type CommandApdu,
  type LengthEncoding,
  type ResponseApdu,
} from './apdu.js';
import { bytesWaiting, correctLe, SW } from './status-word.js';

/** Transmits one encoded APDU to the card, and its answer back. */
export interface ApduChannel {
  /**
   * @param answerTime milliseconds for the card; the channel's own when undefined
   * @throws any error that ends the connection; an answer is not an error here, whatever its status word.
   */
  transmit(apdu: Uint8Array, answerTime?: number): Promise<Uint8Array>;
}

/** Limit in bytes for one answer over all its GET RESPONSE parts. A card that promises more is faulty. */
const MAX_ANSWER = 65_536;
/** GET RESPONSE: fetches the rest of an answer (ISO/IEC 7816-4, 5.1.1). */
export const INS_GET_RESPONSE = 0xc0;
/** Class bits that GET RESPONSE keeps: the logical channel, but not chaining. */
const CHANNEL_BITS = 0x03;

/**
 * Sends a complete command and fetches its complete answer: splits long data into a chain, follows 61xx with GET RESPONSE, and repeats the
 * command after 6Cxx with the length that the card names (ISO/IEC 7816-4, 5.1.1 and 5.6).
 */
export async function exchange(
  channel: ApduChannel,
  command: CommandApdu,
  encoding: LengthEncoding,
): Promise<ResponseApdu> {
  const blocks = encoding === 'short' ? chain(withShortLe(command)) : [withExtendedLe(command)];
  const last = blocks.pop() ?? command;
  for (const block of blocks) {
    const answer = await sendOnce(channel, block, encoding);
    // A chain that is refused in the middle has ended. The rest would start another command.
    if (answer.statusWord !== SW.SUCCESS) return answer;
  }
  let answer = await sendOnce(channel, last, encoding);
  const le = correctLe(answer.statusWord);
  if (le !== undefined) answer = await sendOnce(channel, { ...last, le }, encoding);
  return collect(channel, command.cla, answer);
}

/** True if a command, or the answer that it requests, may be too long for one short APDU. */
export const exceedsShort = ({ data, le = 0 }: Pick<CommandApdu, 'data' | 'le'>): boolean =>
  (data?.length ?? 0) > MAX_SHORT_DATA || le > MAX_SHORT_LE;

/** Requests the most that a short command can. GET RESPONSE fetches the rest. */
function withShortLe(command: CommandApdu): CommandApdu {
  return command.le === undefined ? command : { ...command, le: Math.min(command.le, MAX_SHORT_LE) };
}

/** With extended lengths, "all data" is 65 536 bytes, so the answer needs no GET RESPONSE. */
function withExtendedLe(command: CommandApdu): CommandApdu {
  return command.le === MAX_SHORT_LE ? { ...command, le: MAX_EXTENDED_LE } : command;
}

async function collect(channel: ApduChannel, cla: number, first: ResponseApdu): Promise<ResponseApdu> {
  const parts = [first.data];
  let { statusWord } = first;
  let total = first.data.length;
  for (let le = bytesWaiting(statusWord); le !== undefined; le = bytesWaiting(statusWord)) {
    if (total > MAX_ANSWER) break;
    const getResponse = { cla: cla & CHANNEL_BITS, ins: INS_GET_RESPONSE, p1: 0, p2: 0, le };
    const next = await sendOnce(channel, getResponse, 'short');
    parts.push(next.data);
    total += next.data.length;
    statusWord = next.statusWord;
  }
  return { data: Buffer.concat(parts), statusWord };
}

/** Sends one APDU that fits, and returns its answer unchanged. */
async function sendOnce(channel: ApduChannel, command: CommandApdu, encoding: LengthEncoding): Promise<ResponseApdu> {
  return decodeResponse(await channel.transmit(encodeApdu(command, encoding), command.answerTime));
}
