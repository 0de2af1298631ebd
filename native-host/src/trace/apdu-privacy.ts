import { CERTIFICATE_OBJECT, OBJECT } from '../applets/piv/objects.js';
import { CtapApduPrivacy, isCtapApdu } from '../applets/fido2/nfc-instructions.js';
import { INS_READ_CONFIG } from '../applets/management.js';
import { INS, TAG_DATA, TAG_TAG_LIST } from '../applets/piv/instructions.js';
import { YUBICO_INS } from '../applets/piv/yubico.js';
import { CHAINING, type CommandApdu } from '../iso7816/apdu.js';
import { INS_GET_RESPONSE } from '../iso7816/exchange.js';
import { bigEndian } from '../iso7816/tlv.js';

/** Neither their data nor their answers are ever secret: names, versions, algorithms, public keys and certificates. */
const HARMLESS: readonly number[] = [
  INS.SELECT,
  INS.GENERATE_ASYMMETRIC_KEY_PAIR,
  YUBICO_INS.GET_METADATA,
  YUBICO_INS.GET_SERIAL,
  YUBICO_INS.GET_VERSION,
  YUBICO_INS.ATTEST,
  INS_READ_CONFIG,
];

/** Objects that anyone may read who holds the card (SP 800-73-4 Part 1, table 2: "always"), as their tags stand in a tag list. */
const PUBLIC_OBJECTS: readonly string[] = [...Object.values(OBJECT), ...Object.values(CERTIFICATE_OBJECT)].map(digits);

/**
 * Tells which APDUs of one connection hold no secret, neither in their data nor in their answers. It is a list of what may be
 * shown: everything else may not, and that includes all that this host will learn to send.
 */
export class ApduPrivacy {
  /** Of the chain that is under way: its later blocks do not say what they belong to. */
  #chain: { readonly ins: number; readonly isHarmless: boolean } | undefined;
  /** Of the command whose answer GET RESPONSE fetches. */
  #wasHarmless = false;
  readonly #ctap = new CtapApduPrivacy();

  /** To be asked of every APDU, in order. */
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
    // A chain may have been given up: what names its object itself is a command of its own.
    if (object !== null) return PUBLIC_OBJECTS.includes(object);
    return this.#chain?.ins === command.ins && this.#chain.isHarmless;
  }
}

/** The object that GET DATA or PUT DATA names, in hexadecimal; null where this is neither, or a later block of it. */
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
