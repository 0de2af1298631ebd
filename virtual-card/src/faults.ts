/**
 * What goes wrong, and at which APDU, counted from 1 at insertion:
 * - `pull`: the card is gone before it looked at the APDU;
 * - `pull-after`: the card did what the APDU said, and is gone before it could answer;
 * - `status`: the APDU is not carried out but answered with a status word;
 * - `delay`: the answer comes so many milliseconds later;
 * - `mute`: from this APDU on no APDU is answered any more; the card still answers requests for its ATR.
 */
export type Fault =
  | { readonly kind: 'pull' | 'pull-after' | 'mute'; readonly at: number }
  | { readonly kind: 'status'; readonly at: number; readonly statusWord: number }
  | { readonly kind: 'delay'; readonly at: number; readonly milliseconds: number };

const WRITTEN = /^(?<kind>pull-after|pull|mute|status|delay)@(?<at>[1-9]\d{0,5})(?:=(?<value>[0-9A-Fa-f]{1,6}))?$/;
const STATUS_WORD = /^[0-9A-Fa-f]{4}$/;
const MILLISECONDS = /^\d{1,6}$/;

/**
 * Reads `pull@N`, `pull-after@N`, `mute@N`, `status@N=6F00` (hexadecimal) or `delay@N=250` (milliseconds).
 *
 * @throws when it is none of them
 */
export function parseFault(written: string): Fault {
  const { kind, at: number, value } = WRITTEN.exec(written)?.groups ?? {};
  const at = Number(number);
  if (kind === 'status' && value !== undefined && STATUS_WORD.test(value)) {
    return { kind, at, statusWord: Number.parseInt(value, 16) };
  }
  if (kind === 'delay' && value !== undefined && MILLISECONDS.test(value)) {
    return { kind, at, milliseconds: Number(value) };
  }
  if ((kind === 'pull' || kind === 'pull-after' || kind === 'mute') && value === undefined) return { kind, at };
  throw new Error(`'${written}' is no fault: pull@N, pull-after@N, mute@N, status@N=6F00 or delay@N=250`);
}

/** The fault that this APDU meets. */
export function faultAt(apdu: number, faults: readonly Fault[]): Fault | undefined {
  return faults.find((fault) => (fault.kind === 'mute' ? apdu >= fault.at : apdu === fault.at));
}
