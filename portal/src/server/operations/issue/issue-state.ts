import {
  SLOTS,
  capabilities,
  deviceId,
  guid,
  managementKeyAlgorithm,
  publicJwk,
  slot,
  text,
  type CardFacts,
  type DeviceInfo,
  type Slot,
} from '@cardwright/protocol';
import * as v from 'valibot';
import { devicePolicy } from '../../devices/device-policy.js';
import type { Certificate } from '../../store/schema.js';
import type { NextStep, OperationContext } from '../operation-kind.js';
import type { Phase } from '../phases.js';

/**
 * The steps of an issuance, each named for what its results bring:
 * an erased card and its witness (only where a used card is erased first); a witness; proof of the management key, and the escrow; the keys; a witness for the new management key (only where the
 * step of the keys broke off before it); the certificates as read back; the user's PIN.
 */
export const STAGES = ['erase', 'challenge', 'authenticate', 'keys', 'prove', 'certificates', 'pin'] as const;
export type Stage = (typeof STAGES)[number];

/** A management key that the card may have: of an escrow, or (null) the configured one of the model. */
export const candidate = v.strictObject({ escrow: v.nullable(v.string()), algorithm: managementKeyAlgorithm });
export type Candidate = v.InferOutput<typeof candidate>;

/** A card as a host described it. */
const card = v.strictObject({
  id: deviceId,
  model: text(40),
  modelName: text(80),
  serial: v.nullable(text(40)),
  firmware: v.nullable(text(20)),
  guid: v.nullable(guid),
  certificates: v.array(slot),
  capabilities,
  pukIsDefault: v.nullable(v.boolean()),
});

const deviceIdentity = v.strictObject({
  rootFingerprint: text(64),
  serial: v.nullable(text(40)),
  firmware: text(20),
  attestationKey: text(64),
  key: text(200),
});

const liveProof = v.strictObject({ identity: v.nullable(deviceIdentity), publicKey: v.string() });

/** What an issuance keeps between its steps. No secret: those are in escrows and in the policy, sealed. */
export const issueState = v.strictObject({
  stage: v.picklist(STAGES),
  /** The device as this session's host described it; the policy as it was when the session began. */
  device: card,
  policy: devicePolicy,
  hostKey: publicJwk,
  /** Still to be tried, the one that is out first. */
  candidates: v.array(candidate),
  /** Tries that the session has left. */
  tries: v.number(),
  /** The challenge that the card has to answer, base64url. */
  challenge: v.nullable(v.string()),
  /** What the device has to sign in `key.prove`, base64url; null where it promises no proof. */
  proofChallenge: v.nullable(v.string()),
  /** What it showed of itself in this session; null before, and of a device that promises no proof. */
  liveProof: v.nullable(liveProof),
  /** What the certification requests of the step that is out have to hold, base64url. */
  requestChallenge: v.nullable(v.string()),
  /** The escrow whose credentials this session puts on the card. */
  escrow: v.nullable(v.string()),
  /** Whether the host has those credentials in its memory; else they are given back to it. */
  isPrepared: v.boolean(),
  /** Whether the host reported in this session that they are on the card. */
  isApplied: v.boolean(),
  /** Whether the card has a new management key that was not proved yet. */
  isKeyToProve: v.boolean(),
  /** Slots that the policy lets go without, because their keys can not sign. */
  leftOut: v.array(slot),
});
export type IssueState = v.InferOutput<typeof issueState>;

const NO_CAPABILITIES = {
  serial: false,
  metadata: false,
  attestation: false,
  changeManagementKey: false,
  reset: false,
};

/** What an issuance keeps of the facts about a card. */
export const describeCard = (info: DeviceInfo): IssueState['device'] => ({
  id: info.id,
  model: info.model,
  modelName: info.modelName,
  serial: info.serial,
  firmware: info.firmware,
  guid: info.guid,
  certificates: info.certificates,
  capabilities: info.capabilities ?? NO_CAPABILITIES,
  pukIsDefault: info.puk?.isDefault ?? null,
});

export const readState = ({ operation }: OperationContext): IssueState => v.parse(issueState, operation.state);

/** What a new session keeps of the one before, which an older portal may have stored. */
export const slotsLeftOut = ({ operation }: OperationContext): Slot[] => {
  const before = v.safeParse(v.object({ leftOut: issueState.entries.leftOut }), operation.state);
  return before.success ? before.output.leftOut : [];
};

/** How far along each stage is, for the wizard. */
export const PROGRESS: Readonly<Record<Stage, { phase: Phase; progress: number }>> = {
  erase: { phase: 'authenticate', progress: 2 },
  challenge: { phase: 'authenticate', progress: 5 },
  authenticate: { phase: 'personalize', progress: 15 },
  keys: { phase: 'keys', progress: 30 },
  prove: { phase: 'keys', progress: 60 },
  certificates: { phase: 'certificates', progress: 70 },
  pin: { phase: 'pin', progress: 90 },
};

/** Seconds in which a host must begin a step. */
const VALID_FOR = 300;

const cardOf = ({ model, serial, guid, certificates }: IssueState['device']): CardFacts => ({
  model,
  serial,
  guid,
  certificates,
});

/** The next step, with the state that waits for its results. */
export const step = (state: IssueState, commands: NextStep['commands']): NextStep => ({
  kind: 'step',
  ...PROGRESS[state.stage],
  commands,
  device: state.device.id,
  card: cardOf(state.device),
  validFor: VALID_FOR,
  state,
});

/** 9D comes last: on some cards its key can not sign, and by then the others are done. */
const SLOT_ORDER: readonly Slot[] = [...SLOTS.filter((slot) => slot !== '9D'), '9D'];

/** The slots of the policy, without those left out. */
export const wantedSlots = ({ policy, leftOut }: IssueState): Slot[] =>
  SLOT_ORDER.filter((slot) => policy.slots[slot] !== undefined && !leftOut.includes(slot));

/** The slots that have no certificate yet that is good for their key. */
export const missingSlots = (state: IssueState, valid: readonly Certificate[]): Slot[] =>
  wantedSlots(state).filter((slot) => !valid.some((certificate) => certificate.slot === slot));
