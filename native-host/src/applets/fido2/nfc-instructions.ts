import { CHAINING, type CommandApdu } from '../../iso7816/apdu.js';
import { COMMAND } from './ctap.js';

/** Commands of CTAP2 over ISO/IEC 7816-4 (CTAP 2.1, 11.3.5 to 11.3.7). */
const CLA = 0x80;
const INS_MSG = 0x10;
const INS_GET_RESPONSE = 0x11;

export const NFCCTAP = {
  /** NFCCTAP_MSG: carries a message. P1 says that this client supports keep-alives. */
  MSG: { cla: CLA, ins: INS_MSG, p1: 0x80, p2: 0x00 },
  /** NFCCTAP_GETRESPONSE: requests the answer or the next keep-alive. */
  POLL: { cla: CLA, ins: INS_GET_RESPONSE, p1: 0x00, p2: 0x00 },
  /** NFCCTAP_GETRESPONSE that cancels the current command. */
  CANCEL: { cla: CLA, ins: INS_GET_RESPONSE, p1: 0x11, p2: 0x00 },
} as const;

/** Commands whose message is one byte, and whose answer contains no secret. */
const HARMLESS: readonly number[] = [COMMAND.GET_INFO, COMMAND.RESET, COMMAND.SELECTION];

/** True if an APDU carries CTAP2 or fetches its answer. */
export const isCtapApdu = ({ cla, ins }: CommandApdu): boolean =>
  (cla & ~CHAINING) === CLA && (ins === INS_MSG || ins === INS_GET_RESPONSE);

/**
 * Decides which APDUs of the FIDO application are free of secrets, in data and answer: the APDUs of getInfo, reset and selection. All other
 * APDUs may carry values derived from a PIN or a token: `pinHashEnc`, `newPinEnc`, `pinUvAuthParam`, an encrypted token.
 */
export class CtapApduPrivacy {
  #isInChain = false;
  #wasHarmless = false;

  /**
   * True if an APDU and its answer are free of secrets. Call this method in order for every APDU for which `isCtapApdu` is true.
   * NFCCTAP_GETRESPONSE is as harmless as the APDU before it, whose answer it fetches.
   */
  isHarmless({ cla, ins, data = new Uint8Array() }: CommandApdu): boolean {
    if (ins === INS_GET_RESPONSE) return this.#wasHarmless;
    const [command = 0] = data;
    const wasInChain = this.#isInChain;
    this.#isInChain = (cla & CHAINING) !== 0;
    this.#wasHarmless = !wasInChain && !this.#isInChain && data.length === 1 && HARMLESS.includes(command);
    return this.#wasHarmless;
  }
}
