import { COMMAND } from '../applets/fido2/ctap.js';
import { isCtapApdu, NFCCTAP } from '../applets/fido2/nfc-instructions.js';
import { nameOfInstruction } from '../applets/piv/instruction-name.js';
import { CHAINING, type CommandApdu } from '../iso7816/apdu.js';

/** Names of the CTAP commands in the standard (CTAP 2.1, 6). */
const COMMANDS = new Map<number, string>([
  [COMMAND.MAKE_CREDENTIAL, 'authenticatorMakeCredential'],
  [COMMAND.GET_ASSERTION, 'authenticatorGetAssertion'],
  [COMMAND.GET_INFO, 'authenticatorGetInfo'],
  [COMMAND.CLIENT_PIN, 'authenticatorClientPIN'],
  [COMMAND.RESET, 'authenticatorReset'],
  [COMMAND.CREDENTIAL_MANAGEMENT, 'authenticatorCredentialManagement'],
  [COMMAND.SELECTION, 'authenticatorSelection'],
  [COMMAND.CONFIG, 'authenticatorConfig'],
  [COMMAND.CREDENTIAL_MANAGEMENT_PREVIEW, 'authenticatorCredentialManagement (preview)'],
]);

/** Names the APDUs of one connection by the terms of their standards. */
export class InstructionNames {
  /** Set while more blocks of a chain follow. The first byte of the next APDU's data is then not a CTAP command. */
  #isInChain = false;

  /** Returns the name of an APDU, such as `VERIFY` or `NFCCTAP_MSG authenticatorGetInfo`. Call this method in order for every APDU. */
  nameOf(command: CommandApdu): string {
    const isLater = this.#isInChain;
    this.#isInChain = (command.cla & CHAINING) !== 0;
    if (!isCtapApdu(command)) return nameOfInstruction(command.ins);
    if (command.ins === NFCCTAP.POLL.ins) return 'NFCCTAP_GETRESPONSE';
    const [first] = command.data ?? [];
    const name = isLater || first === undefined ? undefined : COMMANDS.get(first);
    return name === undefined ? 'NFCCTAP_MSG' : `NFCCTAP_MSG ${name}`;
  }
}
