import { SLOTS, slot, text, type Capabilities, type DeviceInfo, type Slot } from '@cardwright/protocol';
import * as v from 'valibot';
import type { Phase } from '../operations/definition.js';
import type { OperationContext } from '../operations/context.js';
import { defineSlice } from '../operations/slice.js';
import { devicePolicy, type DevicePolicy } from '../policies/device-policy.js';
import type { Escrow } from '../store/rows.js';

/** What an issuance keeps between its steps. No secret: those are in escrows and in the policy, sealed. */

/** The policy as it was when the session began. */
export const policySlice = defineSlice({
  name: 'policy',
  schema: v.nullable(v.strictObject({ policy: devicePolicy })),
  initial: null,
  lasts: 'session',
});

/** Whether the card is to be erased before anything else. */
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

/** What the device has shown of itself. */
export const proof = defineSlice({
  name: 'proof',
  schema: v.strictObject({
    /** What it has to sign in `key.prove`, base64url; null where no proof is expected of it. */
    challenge: v.nullable(v.string()),
    /** What it showed in this session; null before that, and for a device of which no proof is expected. */
    shown: v.nullable(v.strictObject({ identity: v.nullable(deviceIdentity), publicKey: v.string() })),
    /** Whether its CHUID was read back. */
    isNamed: v.boolean(),
  }),
  initial: { challenge: null, shown: null, isNamed: false },
  lasts: 'session',
});

export const credentials = defineSlice({
  name: 'credentials',
  schema: v.strictObject({
    /** The escrow whose credentials this session puts on the card. */
    escrow: v.nullable(v.string()),
    /** Whether the host has those credentials in its memory; otherwise they are given back to it. */
    isPrepared: v.boolean(),
    /** Whether the host reported in this session that they are on the card. */
    isApplied: v.boolean(),
  }),
  initial: { escrow: null, isPrepared: false, isApplied: false },
  lasts: 'session',
});

/** The proof that the card has the new management key, which the session put there. */
export const newKey = defineSlice({
  name: 'newKey',
  schema: v.strictObject({
    isToProve: v.boolean(),
    /** The card's witness for it, base64url. */
    witness: v.nullable(v.string()),
    /** The challenge that the card has to answer, base64url. */
    challenge: v.nullable(v.string()),
  }),
  initial: { isToProve: false, witness: null, challenge: null },
  lasts: 'session',
});

export const keys = defineSlice({
  name: 'keys',
  schema: v.strictObject({
    /** What the certification requests of the step under way have to contain, base64url. */
    requestChallenge: v.nullable(v.string()),
  }),
  initial: { requestChallenge: null },
  lasts: 'session',
});

/** Slots that the policy leaves out, because their keys cannot sign. */
export const leftOut = defineSlice({
  name: 'leftOut',
  schema: v.strictObject({ slots: v.array(slot) }),
  initial: { slots: [] },
  lasts: 'operation',
});

/** What is done at the end of a session. */
export const completion = defineSlice({
  name: 'completion',
  schema: v.strictObject({ areCertificatesReadBack: v.boolean(), isPinChosen: v.boolean() }),
  initial: { areCertificatesReadBack: false, isPinChosen: false },
  lasts: 'session',
});

export const PHASES = {
  authenticate: { name: 'authenticate', words: { en: 'Unlocking device', de: 'Gerät wird entsperrt' } },
  personalize: {
    name: 'personalize',
    words: { en: 'Preparing your device for you', de: 'Ihr Gerät wird für Sie vorbereitet' },
  },
  keys: { name: 'keys', words: { en: 'Creating keys', de: 'Schlüssel werden erzeugt' } },
  certificates: {
    name: 'certificates',
    words: { en: 'Writing your certificates', de: 'Ihre Zertifikate werden geschrieben' },
  },
  fidoPin: { name: 'fido-pin', words: { en: 'Waiting for your FIDO PIN', de: 'Wartet auf Ihre FIDO-PIN' } },
  passkey: { name: 'passkey', words: { en: 'Setting up your passkey', de: 'Ihr Passkey wird eingerichtet' } },
  pin: { name: 'pin', words: { en: 'Waiting for your new PIN', de: 'Wartet auf Ihre neue PIN' } },
} as const satisfies Record<string, Phase>;

export function policyOf(context: OperationContext): DevicePolicy {
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

/** The escrow whose credentials this session works with. */
export function currentEscrow(context: OperationContext): Escrow {
  const { escrow: id } = context.of(credentials);
  const escrow = context.ownDevice.escrows.find((one) => one.id === id);
  if (!escrow) throw new Error('the escrow of this session is missing');
  return escrow;
}

/** 9D comes last: on some cards its key cannot sign, and by then the others are done. */
const SLOT_ORDER: readonly Slot[] = [...SLOTS.filter((slot) => slot !== '9D'), '9D'];

/** The slots of the policy, without those left out. */
export function wantedSlots(context: OperationContext): Slot[] {
  const { slots } = policyOf(context);
  const left = context.of(leftOut).slots;
  return SLOT_ORDER.filter((slot) => slots[slot] !== undefined && !left.includes(slot));
}

/** The slots that have no certificate yet that is good for their key. */
export const missingSlots = (context: OperationContext): Slot[] =>
  wantedSlots(context).filter((slot) => !context.device?.certificates.some((certificate) => certificate.slot === slot));
