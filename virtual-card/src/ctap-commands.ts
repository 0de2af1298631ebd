/** Command bytes of CTAP (CTAP 2.1, 6) by the names that faults use. */
const COMMANDS = {
  'CTAP-MAKE-CREDENTIAL': 0x01,
  'CTAP-GET-ASSERTION': 0x02,
  'CTAP-GET-INFO': 0x04,
  'CTAP-CLIENT-PIN': 0x06,
  'CTAP-RESET': 0x07,
  'CTAP-GET-NEXT-ASSERTION': 0x08,
  'CTAP-CREDENTIAL-MANAGEMENT': 0x0a,
  'CTAP-SELECTION': 0x0b,
  'CTAP-CONFIG': 0x0d,
} as const;
const CLIENT_PIN = COMMANDS['CTAP-CLIENT-PIN'];

/** Subcommands of authenticatorClientPIN (CTAP 2.1, 6.5.5). Both 05 and 09 return a token. */
const PIN_SUBCOMMANDS = {
  'CTAP-GET-PIN-RETRIES': [0x01],
  'CTAP-GET-KEY-AGREEMENT': [0x02],
  'CTAP-SET-PIN': [0x03],
  'CTAP-CHANGE-PIN': [0x04],
  'CTAP-GET-PIN-TOKEN': [0x05, 0x09],
} as const;

/** Name of NFCCTAP_GETRESPONSE (CTAP 2.1, 11.3.7), which polls or cancels a running command. */
const KEEP_ALIVE = 'CTAP-KEEP-ALIVE';

export type CtapCommandName = keyof typeof COMMANDS | keyof typeof PIN_SUBCOMMANDS | typeof KEEP_ALIVE;

const CTAP_CLASS = 0x80;
const CHAINING_BIT = 0x10;
const MESSAGE = 0x10;
const GET_RESPONSE = 0x11;
const LENGTH_AT = 4;
/** Keys of the parameters of authenticatorClientPIN. */
const PROTOCOL_KEY = 0x01;
const SUBCOMMAND_KEY = 0x02;

const isCommand = (name: string): name is keyof typeof COMMANDS => Object.hasOwn(COMMANDS, name);
const isPinSubCommand = (name: string): name is keyof typeof PIN_SUBCOMMANDS => Object.hasOwn(PIN_SUBCOMMANDS, name);

export const CTAP_COMMAND_NAMES: readonly CtapCommandName[] = [
  ...Object.keys(COMMANDS).filter(isCommand),
  ...Object.keys(PIN_SUBCOMMANDS).filter(isPinSubCommand),
  KEEP_ALIVE,
];

/** Returns the names of the CTAP command, and of its PIN subcommand, that an APDU contains or begins. Returns an empty list for any other APDU. */
export function ctapCommandsOf(apdu: Uint8Array): readonly CtapCommandName[] {
  const [cla = 0, ins] = apdu;
  if ((cla & ~CHAINING_BIT) !== CTAP_CLASS) return [];
  if (ins === GET_RESPONSE) return [KEEP_ALIVE];
  if (ins !== MESSAGE) return [];
  const isExtended = apdu[LENGTH_AT] === 0 && apdu.length > LENGTH_AT + 3;
  const [command, ...parameters] = apdu.subarray(LENGTH_AT + (isExtended ? 3 : 1));
  const names = Object.keys(COMMANDS).filter(isCommand);
  const named = names.filter((name) => COMMANDS[name] === command);
  return command === CLIENT_PIN ? [...named, ...pinSubCommandOf(parameters)] : named;
}

/**
 * Returns a list with the name of the subcommand (key 2) in CBOR parameters. Returns an empty list if the parameters name no known subcommand, or if
 * anything but the protocol (key 1) precedes key 2.
 */
function pinSubCommandOf([, key, value, nextKey, nextValue]: readonly number[]): readonly CtapCommandName[] {
  const hasProtocol = key === PROTOCOL_KEY && nextKey === SUBCOMMAND_KEY;
  const subCommand = hasProtocol ? nextValue : key === SUBCOMMAND_KEY ? value : undefined;
  const names = Object.keys(PIN_SUBCOMMANDS).filter(isPinSubCommand);
  return names.filter((name) => PIN_SUBCOMMANDS[name].some((number) => number === subCommand));
}
