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

/** A channel that transmits encoded APDUs to a card and returns the answers. */
export interface ApduChannel {
  /**
   * @param answerTime milliseconds that the card has to answer. Default: the limit of the channel.
   * @throws any error that ends the connection; an answer with any status word is returned
   */
  transmit(apdu: Uint8Array, answerTime?: number): Promise<Uint8Array>;
}

/** Bytes of an answer after which no further part is fetched with GET RESPONSE. A card that announces more is faulty. */
const MAX_ANSWER = 65_536;
/** Parts of an answer after which no further part is fetched. Cards send 128 bytes at once and more. */
const MAX_PARTS = 512;
/** Instruction GET RESPONSE, which fetches the rest of an answer (ISO/IEC 7816-4, 5.1.1). */
export const INS_GET_RESPONSE = 0xc0;
/** Class bits of the logical channel. GET RESPONSE has these bits of the command's class, but not the chaining bit. */
const CHANNEL_BITS = 0x03;

/**
 * Sends a complete command and fetches its complete answer: splits long data into a chain, follows 61xx with GET RESPONSE, and repeats the
 * command after 6Cxx with the length that the card names (ISO/IEC 7816-4, 5.1.1 and 5.6). Extended commands are not split.
 *
 * @throws ApduError when a command does not fit the encoding, or an answer has no status word
 * @throws any error that ends the connection
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
    // A refusal ends the chain. The card would take the remaining blocks as a new command.
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

/** Limits Le to the largest of a short command. GET RESPONSE fetches the rest of a longer answer. */
function withShortLe(command: CommandApdu): CommandApdu {
  return command.le === undefined ? command : { ...command, le: Math.min(command.le, MAX_SHORT_LE) };
}

/** Turns the short Le for "all data", 256, into the extended Le for "all data", 65 536, so that the answer needs no GET RESPONSE. */
function withExtendedLe(command: CommandApdu): CommandApdu {
  return command.le === MAX_SHORT_LE ? { ...command, le: MAX_EXTENDED_LE } : command;
}

async function collect(channel: ApduChannel, cla: number, first: ResponseApdu): Promise<ResponseApdu> {
  const parts = [first.data];
  let { statusWord } = first;
  let total = first.data.length;
  for (let le = bytesWaiting(statusWord); le !== undefined; le = bytesWaiting(statusWord)) {
    if (total > MAX_ANSWER || parts.length > MAX_PARTS) break;
    const getResponse = { cla: cla & CHANNEL_BITS, ins: INS_GET_RESPONSE, p1: 0, p2: 0, le };
    const next = await sendOnce(channel, getResponse, 'short');
    parts.push(next.data);
    total += next.data.length;
    statusWord = next.statusWord;
    // A card that always announces more and sends nothing would be asked without end.
    if (next.data.length === 0) break;
  }
  return { data: Buffer.concat(parts), statusWord };
}

/** Sends a command that fits one APDU, and returns the answer unchanged. */
async function sendOnce(channel: ApduChannel, command: CommandApdu, encoding: LengthEncoding): Promise<ResponseApdu> {
  return decodeResponse(await channel.transmit(encodeApdu(command, encoding), command.answerTime));
}
