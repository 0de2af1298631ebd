import { KEY_SLOTS } from '@cardwright/protocol/devices';
import { certificateObject, OBJECT } from '../applets/piv/objects.js';
import { CtapApduPrivacy, isCtapApdu } from '../applets/fido2/nfc-instructions.js';
import { INS_READ_CONFIG } from '../applets/management.js';
import { INS, TAG_DATA, TAG_TAG_LIST } from '../applets/piv/instructions.js';
import { YUBICO_INS } from '../applets/piv/yubico.js';
import { CHAINING, type CommandApdu } from '../iso7816/apdu.js';
import { INS_GET_RESPONSE } from '../iso7816/exchange.js';
import { bigEndian } from '../iso7816/tlv.js';

/**
 * Instructions whose data and answers contain no secrets. They contain such things as names, versions, serial numbers, public keys and certificates.
 */
const HARMLESS: readonly number[] = [
  INS.SELECT,
  INS.GENERATE_ASYMMETRIC_KEY_PAIR,
  YUBICO_INS.GET_METADATA,
  YUBICO_INS.GET_SERIAL,
  YUBICO_INS.GET_VERSION,
  YUBICO_INS.ATTEST,
  INS_READ_CONFIG,
];

/** Tags, in hexadecimal, of objects that anyone who has the card may read (SP 800-73-4 Part 1, table 2: "always"; Yubico's certificate of F9). */
const PUBLIC_OBJECTS: readonly string[] = [...Object.values(OBJECT), ...KEY_SLOTS.map(certificateObject)].map(digits);

/**
 * Decides which APDUs of one connection are free of secrets, in data and answer. Only APDUs that are listed as harmless are shown with their data.
 * The data of all other APDUs are hidden, so that an APDU that is added to this host later is hidden too.
 */
export class ApduPrivacy {
  /**
   * The chain to which the last APDU belongs, if more of its blocks must follow; undefined if not. The chain is kept because its later blocks do not
   * name the object of the command.
   */
  #chain: { readonly ins: number; readonly isHarmless: boolean } | undefined;
  /**
   * Set when the last command other than GET RESPONSE was harmless. GET RESPONSE fetches the rest of that command's answer, and is as harmless as
   * that command.
   */
  #wasHarmless = false;
  readonly #ctap = new CtapApduPrivacy();

  /** True if an APDU is free of secrets, in data and answer. Call this method in order for every APDU. */
  isHarmless(command: CommandApdu): boolean {
    const { cla, ins } = command;
    if (ins === INS_GET_RESPONSE) return this.#wasHarmless;
    const isHarmless = this.#holdsNoSecret(command);
    this.#chain = (cla & CHAINING) === 0 ? undefined : { ins, isHarmless };
    this.#wasHarmless = isHarmless;
    return isHarmless;
  }

  #holdsNoSecret(command: CommandApdu): boolean {
    if (isCtapApdu(command)) return this.#ctap.isHarmless(command);
    return HARMLESS.includes(command.ins) || this.#isOfPublicObject(command);
  }

  #isOfPublicObject(command: CommandApdu): boolean {
    const object = objectOf(command);
    // An APDU that names an object begins a new command, even if an earlier chain was not completed.
    if (object !== null) return PUBLIC_OBJECTS.includes(object);
    return this.#chain?.ins === command.ins && this.#chain.isHarmless;
  }
}

/** Returns the tag, in hexadecimal, of the object that a GET DATA or PUT DATA names; null for other commands, and if the APDU names no object. */
function objectOf({ ins, data = new Uint8Array() }: CommandApdu): string | null {
  if (ins !== INS.GET_DATA && ins !== INS.PUT_DATA) return null;
  const [tag, length = 0] = data;
  const next = data[2 + length];
  const isWellFormed = tag === TAG_TAG_LIST && next === (ins === INS.PUT_DATA ? TAG_DATA : undefined);
  return isWellFormed ? Buffer.from(data.subarray(2, 2 + length)).toString('hex') : null;
}

function digits(tag: number): string {
  return Buffer.from(bigEndian(tag)).toString('hex');
}
