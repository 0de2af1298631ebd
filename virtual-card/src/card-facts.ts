import { createPublicKey } from 'node:crypto';
import { parseTlvs, valueOf } from './apdu/tlv.js';
import { KeyAlgorithm, ManagementAlgorithm } from './card/algorithms.js';
import { type CardState, factoryPin, factoryPuk, type ReferenceData } from './card/card-state.js';
import { fidoPinOf } from './card/fido-pin.js';
import type { ProfileName } from './card/profile.js';
import { profiles } from './card/profiles.js';
import { StateFile } from './card/state-file.js';
import { ATTESTATION_CERTIFICATE } from './piv-applet/attestation.js';
import { keyObjectOf } from './piv-applet/private-key.js';
import { isRetired, Slot } from './piv-applet/slots.js';

/**
 * The content of a card's memory, without PIN, PUK and private keys. The facts are read from the card's state file, not through Cardwright's host.
 */
export interface CardFacts {
  readonly profile: ProfileName;
  /** The serial number. Null for a profile without `firmware`, whose cards have no serial number. */
  readonly serial: number | null;
  /** The GUID of the CHUID, as a UUID in lower case. Null if the card has no CHUID, or the CHUID contains no GUID. */
  readonly guid: string | null;
  readonly pin: SecretFacts;
  readonly puk: SecretFacts;
  readonly managementKey: { readonly algorithm: string; readonly isFactory: boolean };
  /** The slots that hold a key, by the slot's name, such as `9A`. The attestation slot `F9` is included. */
  readonly slots: Readonly<Record<string, SlotFacts>>;
  /** The FIDO2 application. Null if the card has no FIDO2 application. */
  readonly fido: FidoFacts | null;
}

/** The state of a PIN or PUK. */
export interface SecretFacts {
  readonly triesLeft: number;
  /** True while the factory's value is set. */
  readonly isFactory: boolean;
}

export interface SlotFacts {
  /** The key's algorithm, such as `P-256` or `RSA-2048`. */
  readonly algorithm: string;
  readonly origin: 'generated' | 'imported';
  /** The DER encoding of the SubjectPublicKeyInfo, in base64url. */
  readonly publicKey: string;
  /** The DER encoding of the certificate in the slot's object, in base64url. Null if the slot has no certificate. */
  readonly certificate: string | null;
}

export interface FidoFacts {
  readonly hasPin: boolean;
  readonly triesLeft: number;
  readonly passkeys: readonly { readonly relyingParty: string; readonly user: string | null }[];
}

const ALGORITHMS: readonly (readonly [number, string])[] = [
  [KeyAlgorithm.rsa2048, 'RSA-2048'],
  [KeyAlgorithm.rsa3072, 'RSA-3072'],
  [KeyAlgorithm.rsa4096, 'RSA-4096'],
  [KeyAlgorithm.p256, 'P-256'],
  [KeyAlgorithm.p384, 'P-384'],
];
const MANAGEMENT_ALGORITHMS: readonly (readonly [number, string])[] = [
  [ManagementAlgorithm.tripleDes, '3DES'],
  [ManagementAlgorithm.aes128, 'AES-128'],
  [ManagementAlgorithm.aes192, 'AES-192'],
  [ManagementAlgorithm.aes256, 'AES-256'],
];

/**
 * The tag of the object that holds a slot's certificate, by slot (SP 800-73-4 Part 1, table 3; for F9 Yubico's own tag). `certificateObject` computes
 * the tags for retired slots.
 */
const CERTIFICATES: ReadonlyMap<number, number> = new Map<number, number>([
  [Slot.authentication, 0x5fc105],
  [Slot.signature, 0x5fc10a],
  [Slot.keyManagement, 0x5fc10b],
  [Slot.cardAuthentication, 0x5fc101],
  [Slot.attestation, ATTESTATION_CERTIFICATE],
]);
const FIRST_RETIRED_CERTIFICATE = 0x5fc10d;
const CHUID = 0x5fc102;
const CERTIFICATE_TAG = 0x70;
const GUID_TAG = 0x34;

/**
 * Reads the memory of a virtual card from its state file. The card may be in a reader or not.
 *
 * @throws when the file is missing, cannot be read, or is not a card's memory, and CardError 6A80 when the CHUID or a certificate's object is not
 * BER-TLV
 */
export function readCardFacts(stateFile: string): CardFacts {
  const state = new StateFile(stateFile).load();
  if (state === undefined) throw new Error(`There is no card in ${stateFile}.`);
  const factory = profiles[state.profile];
  return {
    profile: state.profile,
    serial: state.serial ?? null,
    guid: guidOf(state),
    pin: secretFacts(state.pin, factoryPin(factory.pinTries, factory.factoryPin)),
    puk: secretFacts(state.puk, factoryPuk()),
    managementKey: {
      algorithm: nameIn(MANAGEMENT_ALGORITHMS, state.managementKey.algorithm),
      isFactory: hasFactoryManagementKey(state),
    },
    slots: slotFacts(state),
    fido: fidoFacts(state),
  };
}

/** True if a card has the management key that its profile has from the factory. */
export const hasFactoryManagementKey = ({ profile, managementKey }: CardState): boolean =>
  managementKey.key.equals(profiles[profile].factoryManagementKey.key);

const secretFacts = ({ value, triesLeft }: ReferenceData, factory: ReferenceData): SecretFacts => ({
  triesLeft,
  isFactory: value.equals(factory.value),
});

function guidOf({ objects }: CardState): string | null {
  const chuid = objects.get(CHUID);
  const guid = chuid && valueOf(GUID_TAG, parseTlvs(chuid));
  return guid?.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5') ?? null;
}

function slotFacts({ keys, objects }: CardState): Record<string, SlotFacts> {
  const facts = [...keys].map(([slot, key]): [string, SlotFacts] => {
    const content = objects.get(certificateObject(slot));
    const certificate = content && valueOf(CERTIFICATE_TAG, parseTlvs(content));
    return [
      slot.toString(16).toUpperCase(),
      {
        algorithm: nameIn(ALGORITHMS, key.algorithm),
        origin: key.origin,
        publicKey: createPublicKey(keyObjectOf(key)).export({ type: 'spki', format: 'der' }).toString('base64url'),
        certificate: certificate?.toString('base64url') ?? null,
      },
    ];
  });
  return Object.fromEntries(facts);
}

const certificateObject = (slot: number): number =>
  isRetired(slot) ? FIRST_RETIRED_CERTIFICATE + slot - Slot.firstRetired : (CERTIFICATES.get(slot) ?? 0);

function fidoFacts(state: CardState): FidoFacts | null {
  const { fido: profile } = profiles[state.profile];
  if (!profile) return null;
  const { hash, triesLeft } = fidoPinOf(state, profile);
  const passkeys = state.fido?.credentials ?? [];
  return {
    hasPin: hash !== undefined,
    triesLeft,
    passkeys: passkeys.map(({ rpId, user }) => ({ relyingParty: rpId, user: user.name ?? null })),
  };
}

const nameIn = (names: readonly (readonly [number, string])[], number: number): string =>
  names.find(([one]) => one === number)?.[1] ?? `0x${number.toString(16)}`;
