import { SLOTS, slot, type Capabilities, type DeviceInfo, type Slot } from '@cardwright/protocol/devices';
import { text } from '@cardwright/protocol/schemas';
import * as v from 'valibot';
import type { OperationContext } from '../operations/context.js';
import type { Phase } from '../operations/definition.js';
import { defineSlice } from '../operations/slice.js';
import { devicePolicy, type DevicePolicy } from '../rules/device-policy.js';
import type { Escrow } from '../store/rows.js';
import { ownWords } from '../words/language.js';

/** State that an issuance keeps between its steps. It contains no secret: the secrets are sealed, in escrows and in the policy. */

/** The policy as of the start of the session. */
export const policySlice = defineSlice({
  name: 'policy',
  schema: v.nullable(v.strictObject({ policy: devicePolicy })),
  initial: null,
  lasts: 'session',
});

/** State of an erasure that precedes everything else. `isDue` is true until the card is erased. */
export const erasure = defineSlice({
  name: 'erasure',
  schema: v.strictObject({ isDue: v.boolean() }),
  initial: { isDue: false },
  lasts: 'session',
});

const deviceIdentity = v.strictObject({
  rootFingerprint: text(64),
  serial: v.nullable(text(40)),
  firmware: text(20),
  key: text(200),
});

/** Proof of the device's identity. */
export const proof = defineSlice({
  name: 'proof',
  schema: v.strictObject({
    /** Challenge to sign in `key.prove`, base64url; null if no proof is expected. */
    challenge: v.nullable(v.string()),
    /** Proof that the device has given in this session; null before it has given a proof, and if no proof is expected of it. */
    shown: v.nullable(v.strictObject({ identity: v.nullable(deviceIdentity), publicKey: v.string() })),
    /** True if the card's CHUID was read back. */
    isNamed: v.boolean(),
  }),
  initial: { challenge: null, shown: null, isNamed: false },
  lasts: 'session',
});

export const credentials = defineSlice({
  name: 'credentials',
  schema: v.strictObject({
    /** Id of the escrow whose credentials this session applies to the card; null before it is chosen. */
    escrow: v.nullable(v.string()),
    /** True if the host has the credentials of the escrow in its memory. If false, the CMS sends the credentials back to the host. */
    isPrepared: v.boolean(),
    /** True if the host reported in this session that the credentials of the escrow are on the card. */
    isApplied: v.boolean(),
    /** Number of initial PINs that the card has refused in this session. */
    refusedPins: v.number(),
    /** True if the card has refused the initial PIN of the escrow, and so gets another one. */
    isPinRefused: v.boolean(),
  }),
  initial: { escrow: null, isPrepared: false, isApplied: false, refusedPins: 0, isPinRefused: false },
  lasts: 'session',
});

/** Proof that the card has the new management key, which this session set. */
export const newKey = defineSlice({
  name: 'newKey',
  schema: v.strictObject({
    isToProve: v.boolean(),
    /** The card's witness (a random block that it encrypted with the new key), base64url; null before the card has given a witness. */
    witness: v.nullable(v.string()),
    /** The challenge for the card to answer, base64url; null before it is sent. */
    challenge: v.nullable(v.string()),
  }),
  initial: { isToProve: false, witness: null, challenge: null },
  lasts: 'session',
});

export const keys = defineSlice({
  name: 'keys',
  schema: v.strictObject({
    /** Challenge that the certification requests of the current step have to contain, base64url; null before that step. */
    requestChallenge: v.nullable(v.string()),
  }),
  initial: { requestChallenge: null },
  lasts: 'session',
});

/** Slots that are left out as the policy allows, because their keys cannot sign. */
export const leftOut = defineSlice({
  name: 'leftOut',
  schema: v.strictObject({ slots: v.array(slot) }),
  initial: { slots: [] },
  lasts: 'operation',
});

/** Progress of the last steps of a session. */
export const completion = defineSlice({
  name: 'completion',
  schema: v.strictObject({ areCertificatesReadBack: v.boolean(), isPinChosen: v.boolean() }),
  initial: { areCertificatesReadBack: false, isPinChosen: false },
  lasts: 'session',
});

export const PHASES = {
  authenticate: { name: 'authenticate', words: ownWords(({ phases }) => phases.authenticate) },
  personalize: {
    name: 'personalize',
    words: ownWords(({ phases }) => phases.prepare),
  },
  keys: { name: 'keys', words: ownWords(({ phases }) => phases.keys) },
  certificates: {
    name: 'certificates',
    words: ownWords(({ phases }) => phases.certificates),
  },
  fidoPin: { name: 'fido-pin', words: ownWords(({ phases }) => phases.fidoPin) },
  passkey: { name: 'passkey', words: ownWords(({ phases }) => phases.passkey) },
  pin: { name: 'pin', words: ownWords(({ phases }) => phases.newPin) },
} as const satisfies Record<string, Phase>;

export function issuancePolicy(context: OperationContext): DevicePolicy {
  const kept = context.of(policySlice);
  if (!kept) throw new Error('an issuance has a policy');
  return kept.policy;
}

const NO_CAPABILITIES = {
  serial: false,
  metadata: false,
  attestation: false,
  changeManagementKey: false,
  reset: false,
};

export const capabilitiesOf = ({ capabilities }: DeviceInfo): Capabilities => capabilities ?? NO_CAPABILITIES;

export function currentEscrow(context: OperationContext): Escrow {
  const { escrow: id } = context.of(credentials);
  const escrow = context.ownDevice.escrows.find((one) => one.id === id);
  if (!escrow) throw new Error('the escrow of this session is missing');
  return escrow;
}

/** Order in which slots get their keys. 9D comes last: on some cards its key cannot sign, and by then the other certificates are done. */
const SLOT_ORDER: readonly Slot[] = [...SLOTS.filter((slot) => slot !== '9D'), '9D'];

/** Lists the slots of the policy, without the slots that are left out. */
export function wantedSlots(context: OperationContext): Slot[] {
  const { slots } = issuancePolicy(context);
  const left = context.of(leftOut).slots;
  return SLOT_ORDER.filter((slot) => slots[slot] !== undefined && !left.includes(slot));
}

/** Lists the wanted slots without a certificate that is good or on hold. */
export const missingSlots = (context: OperationContext): Slot[] =>
  wantedSlots(context).filter((slot) => !context.device?.certificates.some((certificate) => certificate.slot === slot));
