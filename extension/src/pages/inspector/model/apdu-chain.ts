import type { TracedApdu, TraceEntry } from '@cardwright/protocol/trace';

/** The data of one card command, joined from all its APDUs. */
export interface WholeExchange {
  /**
   * The command's data in hexadecimal digits, without the data of GET RESPONSE; null if a part of the data was not recorded, because it is
   * secret.
   */
  readonly data: string | null;
  readonly response: string | null;
  /** The APDUs, in their order. */
  readonly parts: readonly TracedApdu[];
}

/** Class bit of command chaining (ISO/IEC 7816-4, 5.1.1.1). */
const CHAINING = 0x10;
const GET_RESPONSE = 0xc0;
const MORE_DATA = 0x61;

/** Joins an APDU with the other APDUs of the same card command: the other parts of its chain, and each GET RESPONSE that follows. */
export function wholeExchange(apdu: TracedApdu, entries: readonly TraceEntry[]): WholeExchange {
  const apdus = entries.filter(
    (entry): entry is TracedApdu => entry.kind === 'apdu' && entry.exchange.reader === apdu.exchange.reader,
  );
  const at = apdus.indexOf(apdu);
  let start = at;
  while (start > 0 && continues(apdus[start - 1], apdus[start])) start -= 1;
  let end = at;
  while (end < apdus.length - 1 && continues(apdus[end], apdus[end + 1])) end += 1;
  const parts = apdus.slice(start, end + 1);
  return {
    data: join(parts.filter(({ exchange }) => exchange.ins !== GET_RESPONSE).map(({ exchange }) => exchange.data)),
    response: join(parts.map(({ exchange }) => exchange.response)),
    parts,
  };
}

function continues(before: TracedApdu | undefined, after: TracedApdu | undefined): boolean {
  if (before === undefined || after === undefined) return false;
  const { cla, ins, statusWord } = before.exchange;
  if ((cla & CHAINING) !== 0) return after.exchange.ins === ins && statusWord === 0x9000;
  return statusWord !== null && statusWord >> 8 === MORE_DATA && after.exchange.ins === GET_RESPONSE;
}

const join = (parts: readonly (string | null)[]): string | null => (parts.includes(null) ? null : parts.join(''));
