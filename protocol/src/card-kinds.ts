import type { DeviceModel } from './host-policy.js';
import type { Drawing, ManagementKeyAlgorithm } from './schema.js';

/** Kinds of cards with a PIV application: how each is recognised, what it has from its factory, and what it lacks. */

/** The facts that a card shows before any secret is used. */
export interface RecognisableCard {
  /** Answer to reset. */
  readonly atr: Uint8Array;
  /** Application label in the answer to SELECT (SP 800-73-4 Part 2, table 3: tag 50); null if the card names none. */
  readonly label: string | null;
  /** The card's answer to Yubico's GET VERSION, such as `5.7.1`; null if the card does not have the command. */
  readonly version: string | null;
}

/** Marks that distinguish a kind. A card of the kind has all marks that are set. */
interface Marks {
  /** True if the card answers GET VERSION; false if it does not. */
  readonly answersVersion?: boolean;
  /** First version of the kind, and the first version after it. */
  readonly versions?: { readonly from: string; readonly before?: string };
  /** The label begins with this text, in any case. */
  readonly label?: string;
  /** ASCII text in the answer to reset. */
  readonly atr?: string;
}

/** Functions that the card management uses, and that a kind may lack. */
export type Lacking = 'attestation' | 'metadata' | 'serial number' | 'change of the management key' | 'reset';

/** A management key as a factory publishes it, hexadecimal. */
export interface FactoryKey {
  readonly algorithm: ManagementKeyAlgorithm;
  readonly managementKey: string;
}

/** A kind of card. */
export interface CardKind {
  readonly key: string;
  /** The maker's name for it. */
  readonly name: string;
  /** Model of the device policy that applies. */
  readonly model: DeviceModel;
  /** How the kind is recognised; empty for a kind that shows nothing of its own, which counts as `anyCard`. */
  readonly marks: readonly Marks[];
  /** True if the name is shown to the user instead of the name of the model. */
  readonly isNamed: boolean;
  readonly drawing: Drawing;
  /** Management keys that the factory may have set, the likeliest first. Empty if the organisation agrees them with the maker. */
  readonly factoryKeys: readonly FactoryKey[];
  readonly lacks: readonly Lacking[];
  /** The card that was tried: a virtual one that behaves like it, by its published source or manual, or none of its own. */
  readonly tried: 'virtual card' | 'virtual card, by its source' | 'never';
  /** Where the facts come from. */
  readonly source: string;
}

const EIGHT_BYTES = '0102030405060708';

/** The published 3DES key, which most factories set. */
const TRIPLE_DES: FactoryKey = { algorithm: '3DES', managementKey: EIGHT_BYTES.repeat(3) };
/** The same bytes as keys of the other algorithms. */
const AES_192: FactoryKey = { algorithm: 'AES-192', managementKey: EIGHT_BYTES.repeat(3) };
const AES_128: FactoryKey = { algorithm: 'AES-128', managementKey: EIGHT_BYTES.repeat(2) };
const AES_256: FactoryKey = { algorithm: 'AES-256', managementKey: EIGHT_BYTES.repeat(4) };

const YUBICO = 'docs.yubico.com, YubiKey Technical Manual';
const PLAIN: readonly Lacking[] = ['attestation', 'metadata', 'serial number', 'change of the management key', 'reset'];

/** All kinds. The first kind whose marks a card has is the card's kind. */
export const CARD_KINDS: readonly CardKind[] = [
  {
    key: 'nitrokey-3',
    name: 'Nitrokey 3',
    model: 'compatible',
    marks: [
      { answersVersion: true, label: 'Nitrokey PIV' },
      { answersVersion: true, atr: 'Nitrokey' },
    ],
    isNamed: true,
    drawing: 'key',
    factoryKeys: [TRIPLE_DES],
    // GET METADATA is answered 9000 without data; GET SERIAL with one number on all devices.
    lacks: ['attestation', 'metadata', 'serial number'],
    tried: 'virtual card, by its source',
    source: 'github.com/Nitrokey/piv-authenticator (src/lib.rs, src/constants.rs, src/state.rs)',
  },
  {
    key: 'solo-2',
    name: 'Solo 2',
    model: 'compatible',
    marks: [{ answersVersion: true, label: 'SoloKeys PIV' }],
    isNamed: true,
    drawing: 'key',
    factoryKeys: [TRIPLE_DES],
    lacks: ['attestation', 'metadata', 'serial number'],
    tried: 'virtual card, by its source',
    source:
      'github.com/solokeys/piv-authenticator (src/constants.rs), from which the Nitrokey 3 has its PIV application',
  },
  {
    key: 'pivapplet',
    name: 'PivApplet',
    model: 'compatible',
    marks: [{ answersVersion: true, label: 'PivApplet' }],
    isNamed: true,
    drawing: 'card',
    // Its source sets one of both, as the Java Card has 3DES or not.
    factoryKeys: [TRIPLE_DES, AES_192, AES_128],
    lacks: ['serial number'],
    tried: 'virtual card, by its source',
    source: 'github.com/arekinath/PivApplet (PivApplet.java)',
  },
  {
    key: 'yubikey-4',
    name: 'YubiKey 4',
    model: 'yubikey',
    marks: [{ answersVersion: true, versions: { from: '0', before: '5' } }],
    isNamed: false,
    drawing: 'key',
    factoryKeys: [TRIPLE_DES],
    lacks: ['metadata', 'serial number'],
    tried: 'virtual card',
    source: YUBICO,
  },
  {
    key: 'yubikey-5',
    name: 'YubiKey 5, firmware before 5.7',
    model: 'yubikey',
    marks: [{ answersVersion: true, versions: { from: '5', before: '5.7' } }],
    isNamed: false,
    drawing: 'key',
    factoryKeys: [TRIPLE_DES],
    lacks: [],
    tried: 'virtual card',
    source: YUBICO,
  },
  {
    key: 'yubikey-5.7',
    name: 'YubiKey 5, firmware 5.7 and later',
    model: 'yubikey',
    marks: [{ answersVersion: true, versions: { from: '5.7', before: '6' } }],
    isNamed: false,
    drawing: 'key',
    factoryKeys: [AES_192],
    lacks: [],
    tried: 'virtual card',
    source: YUBICO,
  },
  {
    key: 'yubikey-6',
    name: 'YubiKey with firmware 6 and later',
    model: 'yubikey',
    marks: [{ answersVersion: true, versions: { from: '6' } }],
    isNamed: false,
    drawing: 'key',
    factoryKeys: [AES_192],
    lacks: [],
    tried: 'virtual card',
    source: `none; it counts as firmware 5.7`,
  },
  {
    key: 'openfips201',
    name: 'OpenFIPS201',
    model: 'piv',
    marks: [{ answersVersion: false, label: 'OpenFIPS201' }],
    isNamed: true,
    drawing: 'card',
    // Whoever personalizes the card chooses algorithm and key.
    factoryKeys: [TRIPLE_DES, AES_128, AES_192, AES_256],
    lacks: PLAIN,
    tried: 'virtual card, by its source',
    source: 'github.com/makinako/OpenFIPS201 (PIV.java, PIVSecurityProvider.java, Config.java)',
  },
  {
    key: 'thales-idemia',
    name: 'PIV cards of Thales and IDEMIA (ID-One PIV)',
    model: 'piv',
    marks: [],
    isNamed: false,
    drawing: 'card',
    factoryKeys: [],
    lacks: PLAIN,
    tried: 'never',
    source: 'Intercede, MyID Smart Card Integration Guide: a PIN of digits, a factory key as agreed with the maker',
  },
  {
    key: 'feitian',
    name: 'PIV keys of Feitian',
    model: 'piv',
    marks: [],
    isNamed: false,
    drawing: 'key',
    factoryKeys: [],
    lacks: PLAIN,
    tried: 'never',
    source: 'none: no published manual tells its factory key or its answers',
  },
  {
    key: 'any',
    name: 'Any PIV card',
    model: 'piv',
    marks: [{ answersVersion: false }],
    isNamed: false,
    drawing: 'card',
    factoryKeys: [TRIPLE_DES, AES_128, AES_192, AES_256],
    lacks: PLAIN,
    tried: 'virtual card',
    source: 'SP 800-73-4, SP 800-78-4',
  },
];

/**
 * Recognises the kind of a card with a PIV application. What a card shows is a claim: it decides which policy applies, and proves nothing.
 *
 * @example
 * const { model } = recogniseCard({ atr: new Uint8Array(), label: 'Nitrokey PIV', version: '6.6.6' });
 */
export function recogniseCard(card: RecognisableCard): CardKind {
  const kind = CARD_KINDS.find(({ marks }) => marks.some((mark) => hasMarks(card, mark)));
  if (!kind) throw new Error('a card answers GET VERSION, or does not');
  return kind;
}

function hasMarks({ atr, label, version }: RecognisableCard, marks: Marks): boolean {
  if (marks.answersVersion !== undefined && marks.answersVersion !== (version !== null)) return false;
  if (marks.label !== undefined && !(label ?? '').toLowerCase().startsWith(marks.label.toLowerCase())) return false;
  if (marks.atr !== undefined && !asciiOf(atr).includes(marks.atr)) return false;
  return marks.versions === undefined || (version !== null && isWithin(version, marks.versions));
}

const asciiOf = (bytes: Uint8Array): string => String.fromCharCode(...bytes);

const isWithin = (version: string, { from, before }: NonNullable<Marks['versions']>): boolean =>
  !isEarlier(version, from) && (before === undefined || isEarlier(version, before));

/** True if the first version is earlier than the other one. Parts that are missing count as 0. */
function isEarlier(version: string, other: string): boolean {
  const [these, those] = [version, other].map((text) => text.split('.').map(Number));
  for (const index of [0, 1, 2]) {
    const difference = (these?.[index] ?? 0) - (those?.[index] ?? 0);
    if (difference !== 0) return difference < 0;
  }
  return false;
}
