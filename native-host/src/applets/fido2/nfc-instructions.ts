import { CHAINING, type CommandApdu } from '../../iso7816/apdu.js';
import { COMMAND } from './ctap.js';

/** Commands of CTAP2 over ISO/IEC 7816-4 (CTAP 2.1, 11.3.5 to 11.3.7). */
const CLA = 0x80;
const INS_MSG = 0x10;
const INS_GET_RESPONSE = 0x11;

export const NFCCTAP = {
  /** Carries a message. P1 says that this client understands keep-alives. */
  MSG: { cla: CLA, ins: INS_MSG, p1: 0x80, p2: 0x00 },
  /** NFCCTAP_GETRESPONSE: asks for the answer, or for a keep-alive again. */
  POLL: { cla: CLA, ins: INS_GET_RESPONSE, p1: 0x00, p2: 0x00 },
  /** The same, which ends the command that is under way. */
  CANCEL: { cla: CLA, ins: INS_GET_RESPONSE, p1: 0x11, p2: 0x00 },
} as const;

/** Messages of one byte that hold no secret, and whose answers hold none. */
const HARMLESS: readonly number[] = [COMMAND.GET_INFO, COMMAND.RESET, COMMAND.SELECTION];

/** Whether an APDU carries CTAP2, or fetches its answer. */
export const isCtapApdu = ({ cla, ins }: CommandApdu): boolean =>
  (cla & ~CHAINING) === CLA && (ins === INS_MSG || ins === INS_GET_RESPONSE);

/**
 * Tells which APDUs of the FIDO application hold no secret, neither in their data nor in their answers: those of getInfo, reset
 * and selection. All others carry what a PIN or a token made: `pinHashEnc`, `newPinEnc`, `pinUvAuthParam`, a token.
 */
export class CtapApduPrivacy {
  #isInChain = false;
  #wasHarmless = false;

  /** To be asked of every APDU for which `isCtapApdu` holds, in order. GET RESPONSE belongs to the one before it. */
  isHarmless({ cla, ins, data = new Uint8Array() }: CommandApdu): boolean {
    if (ins === INS_GET_RESPONSE) return this.#wasHarmless;
    const [command = 0] = data;
    const wasInChain = this.#isInChain;
    this.#isInChain = (cla & CHAINING) !== 0;
    this.#wasHarmless = !wasInChain && !this.#isInChain && data.length === 1 && HARMLESS.includes(command);
    return this.#wasHarmless;
  }
}
