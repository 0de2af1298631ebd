import { ctapCommandsOf, type CtapCommandName, CTAP_COMMAND_NAMES } from './ctap-commands.js';

/** Instruction bytes by the names of SP 800-73-4 Part 2 and of Yubico's extensions, for faults that name a command. */
const INSTRUCTIONS = {
  SELECT: 0xa4,
  VERIFY: 0x20,
  'CHANGE-REFERENCE-DATA': 0x24,
  'RESET-RETRY-COUNTER': 0x2c,
  'GENERATE-ASYMMETRIC-KEY-PAIR': 0x47,
  'GENERAL-AUTHENTICATE': 0x87,
  'GET-DATA': 0xcb,
  'PUT-DATA': 0xdb,
  'GET-METADATA': 0xf7,
  'GET-SERIAL': 0xf8,
  ATTEST: 0xf9,
  RESET: 0xfb,
  'GET-VERSION': 0xfd,
  'SET-MANAGEMENT-KEY': 0xff,
} as const;
/** Name of a command of PIV (Yubico's extensions included) or of CTAP. */
export type InstructionName = keyof typeof INSTRUCTIONS | CtapCommandName;
const NAMES: ReadonlySet<string> = new Set([...Object.keys(INSTRUCTIONS), ...CTAP_COMMAND_NAMES]);

/**
 * The moment of a fault: the number of an APDU, or a command's name and its `nth` occurrence. Both numbers count from 1 since the card's insertion.
 * A chain of APDUs is one command, and a fault at this command happens at the chain's last APDU. Number 0 is the card's reset, for `mute` only.
 */
export type Moment = number | { readonly instruction: InstructionName; readonly nth: number };

/** Faults that need only a moment. */
const PLAIN_KINDS = ['pull', 'pull-after', 'garble', 'stale', 'hold', 'mute', 'keep-puk'] as const;
type PlainKind = (typeof PLAIN_KINDS)[number];

/** All faults as they are written. */
export const FAULT_FORMS: readonly string[] = [
  ...PLAIN_KINDS.map((kind) => `${kind}@N`),
  'status@N=6F00',
  'ctap@N=33',
  'delay@N=MILLISECONDS',
];

/**
 * A fault and its moment:
 * - `pull`: the card is gone before it reads the APDU;
 * - `pull-after`: the card executed the APDU, and is gone before it could answer;
 * - `status`: the APDU is not executed but answered with a status word;
 * - `ctap`: the APDU is not executed but answered with a CTAP status in one byte and 9000, as an error of CTAP is (CTAP 2.1, 11.3.5);
 * - `garble`: the card executed the APDU, but its answer arrives damaged: the data inverted under the right status word, or half a status word where
 *   there is no data;
 * - `stale`: the APDU is not executed but answered with the last answer that the card gave (9000 if the card has not answered yet);
 * - `delay`: the APDU is executed and answered after a number of milliseconds;
 * - `hold`: the APDU is executed and answered only when the card is released, so that the APDU takes as long as a test needs;
 * - `mute`: neither this APDU nor a later APDU is executed or answered, but the reader still gets the ATR. At 0, the reader gets FFFF instead of the
 *   ATR: it detects a card, but cannot power it;
 * - `keep-puk`: from this APDU on, CHANGE REFERENCE DATA of the PUK is not executed but answered with 9000, whatever PUK it names.
 */
export type Fault =
  | { readonly kind: PlainKind; readonly at: Moment }
  | { readonly kind: 'status'; readonly at: Moment; readonly statusWord: number }
  | { readonly kind: 'ctap'; readonly at: Moment; readonly ctapStatus: number }
  | { readonly kind: 'delay'; readonly at: Moment; readonly milliseconds: number };

const WRITTEN =
  /^(?<kind>pull-after|pull|garble|stale|hold|mute|keep-puk|status|ctap|delay)@(?:(?<number>0|[1-9]\d{0,5})|(?<name>[A-Z-]+)(?:#(?<nth>[1-9]\d{0,5}))?)(?:=(?<value>[0-9A-Fa-f]{1,6}))?$/;
const STATUS_WORD = /^[0-9A-Fa-f]{4}$/;
const CTAP_STATUS = /^[0-9A-Fa-f]{2}$/;
const MILLISECONDS = /^\d{1,6}$/;

const isInstruction = (name: string): name is InstructionName => NAMES.has(name);

/**
 * Parses `pull@N`, `pull-after@N`, `garble@N`, `stale@N`, `hold@N`, `mute@N`, `keep-puk@N`, `status@N=6F00` or `ctap@N=33` (hexadecimal), or `delay@N=250`
 * (milliseconds). N is a number from 1 (for `mute` from 0), a command's name, or its nth occurrence: `pull@12`, `pull@PUT-DATA`,
 * `status@VERIFY#2=6F00`. Numbers and milliseconds have at most six digits.
 *
 * @throws for any other text
 */
export function parseFault(written: string): Fault {
  const { kind, value, ...when } = WRITTEN.exec(written)?.groups ?? {};
  const at = momentOf(when);
  if (at !== undefined && (at !== 0 || kind === 'mute')) {
    if (kind === 'status' && value !== undefined && STATUS_WORD.test(value)) {
      return { kind, at, statusWord: Number.parseInt(value, 16) };
    }
    if (kind === 'ctap' && value !== undefined && CTAP_STATUS.test(value)) {
      return { kind, at, ctapStatus: Number.parseInt(value, 16) };
    }
    if (kind === 'delay' && value !== undefined && MILLISECONDS.test(value)) {
      return { kind, at, milliseconds: Number(value) };
    }
    const plain = PLAIN_KINDS.find((name) => name === kind);
    if (plain && value === undefined) return { kind: plain, at };
  }
  throw new Error(
    `'${written}' is no fault: ${FAULT_FORMS.join(', ')}, where N is a number, one of ${[...NAMES].join(' ')}, or such ` +
      'a name with #NTH',
  );
}

function momentOf({ number, name, nth }: Partial<Record<string, string>>): Moment | undefined {
  if (number !== undefined) return Number(number);
  if (name === undefined || !isInstruction(name)) return undefined;
  return { instruction: name, nth: Number(nth ?? 1) };
}

const CHAINING_BIT = 0x10;

/** The faults of a card during one insertion. Determines for each arriving APDU whether a fault happens. */
export class FaultPlan {
  readonly #faults: readonly Fault[];
  #apdus = 0;
  /** Number of occurrences of each command. The APDUs of a chain count as one command. */
  readonly #commands = new Map<InstructionName, number>();
  /** The first APDU of the current chain. */
  #chain: Uint8Array | undefined;
  #mute: Fault | undefined;
  #keepsPuk: Fault | undefined;

  constructor(faults: readonly Fault[]) {
    this.#faults = faults;
  }

  /** True if the reader can power the card. False if the faults contain `mute@0`. */
  get answersReset(): boolean {
    return !this.#faults.some(({ kind, at }) => kind === 'mute' && at === 0);
  }

  /**
   * Counts the next APDU and returns its fault. Returns undefined if the APDU has no fault. After the first `mute`, returns this `mute` for all later
   * APDUs; after the first `keep-puk`, that for each later change of the PUK.
   */
  next(apdu: Uint8Array): Fault | undefined {
    this.#apdus += 1;
    const [cla = 0] = apdu;
    const isWhole = (cla & CHAINING_BIT) === 0;
    const first = this.#chain ?? apdu;
    this.#chain = isWhole ? undefined : first;
    const names = isWhole ? namesOf(first) : [];
    for (const name of names) this.#commands.set(name, (this.#commands.get(name) ?? 0) + 1);
    const isNow = ({ at }: Fault): boolean =>
      typeof at === 'number'
        ? at === this.#apdus
        : names.includes(at.instruction) && this.#commands.get(at.instruction) === at.nth;
    const fault = this.#faults.find(isNow);
    if (fault?.kind === 'mute') this.#mute ??= fault;
    if (fault?.kind === 'keep-puk') this.#keepsPuk ??= fault;
    if (this.#keepsPuk && isChangeOfPuk(first)) return this.#mute ?? this.#keepsPuk;
    return this.#mute ?? (fault?.kind === 'keep-puk' ? undefined : fault);
  }
}

const PUK = 0x81;
const isChangeOfPuk = ([, ins, , p2]: Uint8Array): boolean =>
  ins === INSTRUCTIONS['CHANGE-REFERENCE-DATA'] && p2 === PUK;

/** Returns all names of the command, in PIV and in CTAP, whose first APDU this is. */
function namesOf(first: Uint8Array): readonly InstructionName[] {
  const [, ins] = first;
  const instructions = Object.entries(INSTRUCTIONS).filter(([, byte]) => byte === ins);
  return [...instructions.map(([name]) => name).filter(isInstruction), ...ctapCommandsOf(first)];
}
