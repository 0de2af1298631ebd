import type { ApduRecord } from '@cardwright/virtual-card';

/** Instructions of CTAP over ISO/IEC 7816-4 (CTAP 2.1, 11.3): a message, and the request for its answer. */
const CTAP: readonly number[] = [0x10, 0x11];
const SELECT = 0xa4;
const GET_RESPONSE = 0xc0;

/**
 * Returns the numbers of the APDUs at which an operation with a passkey is disturbed: each APDU of a CTAP message, with the selection of the FIDO2
 * application before it and the parts of its answer; and what comes after the last message, if the device then has its passkey.
 *
 * @param apdus the APDUs of the undisturbed operation
 * @param isIssued set when the device gets its passkey, and does not lose it
 */
export function passkeyMoments(apdus: readonly ApduRecord[], isIssued: boolean): number[] {
  const isMessage = ({ ins }: ApduRecord): boolean => CTAP.includes(ins);
  const last = apdus.findLastIndex(isMessage);
  const isPart = (index: number): boolean => {
    const [before, own, next] = [apdus[index - 1], apdus[index], apdus[index + 1]];
    if (!own) return false;
    if (own.ins === SELECT) return next !== undefined && isMessage(next);
    return isMessage(own) || (own.ins === GET_RESPONSE && before !== undefined && isPart(index - 1));
  };
  return apdus.flatMap(({ number }, index) => ((isIssued && index > last) || isPart(index) ? [number] : []));
}
