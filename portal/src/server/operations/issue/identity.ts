import { randomUUID } from 'node:crypto';
import {
  CardwrightError,
  encodeBytes,
  isCardwrightError,
  type ManagementKeyAlgorithm,
  type StepCommand,
} from '@cardwright/protocol';
import type { DeviceIdentity } from '../../attestation/attestation.js';
import { record } from '../../audit.js';
import { findByIdentity, noteIdentity, requireFree } from '../../devices/device-identity.js';
import { changeState, claimPlace, lockDevice } from '../../devices/devices.js';
import { forgetGivenBack } from '../../devices/given-back.js';
import { encodeChuid } from '../../devices/piv-objects.js';
import { listEscrows, storeEscrow } from '../../keys/escrow.js';
import type { ReasonCode } from '../../reasons.js';
import { devices, type Device, type Escrow } from '../../store/schema.js';
import type { Next, NextStep, OperationContext } from '../operation-kind.js';
import type { Outcomes } from '../outcomes.js';
import { endOperations, updateOperation } from '../operation-rows.js';
import { dropWhatIsGone, supersedeKeys } from './gone-keys.js';
import { generateKeys } from './keys.js';
import { PROGRESS, step, type Candidate, type IssueState } from './issue-state.js';
import { judgeProof, newChallenge, promisesProof, PROOF_SLOT, proveKey, supersedeOtherKey } from './live-proof.js';
import { answerFor, nextCandidate, requireProof, witnessOfRefusal } from './management-authentication.js';
import { findMissingApproval } from './puk.js';

const MILLISECONDS_A_DAY = 24 * 60 * 60 * 1000;
const MIN_PIN_LENGTH = 6;

/**
 * Answers the card's witness and, in the same step, has the device prove who it is, writes the CHUID and reads it back: identity
 * first, since a card without a serial number is known only by its CHUID. Then, unless an earlier session left some, the host
 * prepares new credentials and seals them to us; nothing of them is on the card yet.
 */
export async function authenticate(
  context: OperationContext,
  before: IssueState,
  witness: { algorithm: ManagementKeyAlgorithm; witness: string },
): Promise<NextStep> {
  const { state, command } = await answerFor(context, before, witness);
  const escrow = await findEscrow(context, state, state.candidates[0]);
  const isPrepared = escrow === undefined;
  const next: IssueState = {
    ...state,
    stage: 'authenticate',
    proofChallenge: promisesProof(state) ? newChallenge() : null,
    escrow: escrow?.id ?? null,
    isPrepared,
    isApplied: false,
    isKeyToProve: isPrepared && state.device.capabilities.changeManagementKey,
  };
  return step(next, [
    command,
    ...(promisesProof(next) ? [proveKey(next)] : []),
    { method: 'object.write', params: { object: 'chuid', content: chuid(context, next) } },
    { method: 'object.read', params: { object: 'chuid' } },
    ...(isPrepared ? [prepare(next)] : []),
  ]);
}

const prepare = ({ device, policy }: IssueState): StepCommand => ({
  method: 'credentials.prepare',
  params: {
    // A plain PIV card has no command to change its management key.
    managementKey: device.capabilities.changeManagementKey ? policy.managementKeyAlgorithm : null,
    pinLength: Math.min(Math.max(policy.pinRules.minLength, MIN_PIN_LENGTH), policy.pinRules.maxLength),
  },
});

/** The results of `authenticate`: proof of the management key and of the device, the CHUID as the card has it, and the escrow. */
export async function readAuthentication(
  context: OperationContext,
  before: IssueState,
  outcomes: Outcomes,
): Promise<Next | undefined> {
  const answer = outcomes.take('managementKey.authenticate');
  if (!answer) return readRefusal(context, before, outcomes.error);
  const [managementKey] = before.candidates;
  if (!managementKey) throw new Error('no candidate was out');
  await requireProof(context, before, managementKey, answer.cardResponse);
  const proved = promisesProof(before) ? outcomes.take('key.prove') : undefined;
  if (promisesProof(before) && !proved) {
    // Nobody knows whether the key in 9E was made before the answer was lost.
    if (context.device) await supersedeKeys(context, context.device, [PROOF_SLOT]);
    return undefined;
  }
  const state = { ...before, liveProof: proved ? await judgeProof(before, proved) : null };
  const known = { ...context, device: await settleDevice(context, state, managementKey) };
  outcomes.take('object.write');
  const object = outcomes.take('object.read');
  if (!object) return undefined;
  if (object.content !== chuid(context, state)) throw new CardwrightError('READ_BACK_MISMATCH', { object: 'chuid' });
  const prepared = state.isPrepared ? outcomes.take('credentials.prepare') : undefined;
  if (state.isPrepared && !prepared) return undefined;

  const device = await ensureDevice(known, state);
  const owned: OperationContext = { ...context, device, operation: { ...context.operation, deviceId: device.id } };
  if (!prepared) return applyWhenApproved(owned, state);
  // Escrow before change: only from here on may the step that applies it leave the server.
  const escrow = await keepEscrow(owned, state, prepared);
  return applyWhenApproved(owned, { ...state, escrow: escrow.id });
}

/** What follows an escrow, unless a secret that it needs is released only with an operator's approval. */
async function applyWhenApproved(context: OperationContext, state: IssueState): Promise<Next> {
  const error = await findMissingApproval(context, state);
  return error ? { kind: 'interrupted', ...PROGRESS.authenticate, error } : generateKeys(context, state);
}

/**
 * The device as it is, now that the card proved a management key, and perhaps who it is. A card that keeps its management key
 * proves nothing by it.
 */
async function settleDevice(
  context: OperationContext,
  state: IssueState,
  managementKey: Candidate,
): Promise<Device | undefined> {
  const { device } = context;
  const { liveProof } = state;
  const isFactoryFresh = state.device.capabilities.changeManagementKey && managementKey.escrow === null;
  if (liveProof?.identity) await settleIdentity(context, liveProof.identity, isFactoryFresh);
  if (!device) return device;
  const settled = state.device.capabilities.changeManagementKey
    ? await dropWhatIsGone(context, device, await findEscrow(context, state, managementKey))
    : device;
  if (liveProof) await supersedeOtherKey(context, settled, liveProof.publicKey);
  return settled;
}

/**
 * What the vendor's signature says of the card counts, whatever page and host said: it is the operation's device, or none that is
 * in use. A row of the user's own that it does not go with is given back, when the card has its factory key again.
 *
 * @throws CardwrightError `DEVICE_NOT_ELIGIBLE`, `ATTESTATION_REFUSED`
 */
async function settleIdentity(
  { db, user, device }: OperationContext,
  identity: DeviceIdentity,
  isFactoryFresh: boolean,
): Promise<void> {
  const row = await findByIdentity(db, identity);
  if (device && row?.id !== device.id && (row || device.identity !== null || device.proof === 'attested'))
    throw new CardwrightError('ATTESTATION_REFUSED', { reason: 'attested-serial-differs' satisfies ReasonCode });
  if (device) await noteIdentity(db, device, identity);
  else if (row && row.state !== 'available') {
    requireFree(user, row);
    if (!isFactoryFresh)
      throw new CardwrightError('DEVICE_NOT_ELIGIBLE', { reason: 'being-issued' satisfies ReasonCode });
    await endOperations(db, user, row.id);
    // As it is now: an operator may have changed it since it was found.
    const current = await lockDevice(db, row.id);
    if (current) requireFree(user, current);
    if (current && current.state !== 'available') await changeState(db, current, 'available', user.username, 'erased');
  }
  if (isFactoryFresh) await forgetGivenBack(db, identity);
}

async function readRefusal(
  context: OperationContext,
  state: IssueState,
  error: CardwrightError | null,
): Promise<Next | undefined> {
  if (!error || !isCardwrightError(error, 'MANAGEMENT_KEY_REFUSED')) return undefined;
  const remaining = await nextCandidate(context, state);
  const witness = witnessOfRefusal(error);
  if (!witness) throw error;
  return authenticate(context, remaining, witness);
}

/**
 * The escrow that a session goes on with, if the card proves this candidate: the one whose key that is; on a card that keeps
 * its management key the only one. Nothing new is made while one is on its way: the card has its PUK or the factory's, and no
 * third one to be tried.
 */
async function findEscrow(
  { db, device }: OperationContext,
  { device: { capabilities } }: IssueState,
  candidate: Candidate | undefined,
): Promise<Escrow | undefined> {
  const kept = device ? await listEscrows(db, device.id) : [];
  return capabilities.changeManagementKey ? kept.find(({ id }) => id === candidate?.escrow) : kept[0];
}

async function keepEscrow(
  context: OperationContext,
  state: IssueState,
  prepared: { escrow: string; digest: string },
): Promise<Escrow> {
  const { db, keys, operation, device, origin, user } = context;
  if (!device) throw new Error('an escrow needs a device');
  const escrow = await storeEscrow(db, keys, {
    deviceId: device.id,
    operationId: operation.id,
    sealed: prepared.escrow,
    digest: prepared.digest,
    context: {
      origin,
      operation: operation.id,
      device: state.device.id,
      session: operation.session,
      purpose: 'escrow',
    },
  });
  await record(db, { actor: user.username, event: 'escrow.stored', operationId: operation.id, deviceId: device.id });
  return escrow;
}

/** The device's row: made here, when the card has shown who it is and nothing but its CHUID was written. */
async function ensureDevice(
  { db, user, operation, device, deviceLimit }: OperationContext,
  state: IssueState,
): Promise<Device> {
  if (device) return device;
  await claimPlace(db, user.id, deviceLimit);
  const { model, modelName, capabilities } = state.device;
  const identity = state.liveProof?.identity ?? null;
  const id = randomUUID();
  const values = {
    id,
    ownerId: user.id,
    model,
    modelName,
    serial: identity?.serial ?? state.device.serial,
    firmware: identity?.firmware ?? state.device.firmware,
    identity: identity?.key ?? null,
    guid: operation.guid,
    state: 'producing',
    proof: 'not-proved',
    managementKey: capabilities.changeManagementKey ? 'own' : 'configured',
    resettable: capabilities.reset,
  } as const;
  // Unique indexes decide who has a card that two people issue at once.
  const [producing] = await db.insert(devices).values(values).onConflictDoNothing().returning();
  if (!producing) throw new CardwrightError('DEVICE_NOT_ELIGIBLE', { reason: 'being-issued' satisfies ReasonCode });
  await updateOperation(db, operation.id, { deviceId: id, cardHint: null });
  await record(db, {
    actor: user.username,
    event: 'device.state-changed',
    operationId: operation.id,
    deviceId: id,
    detail: { from: 'available', to: 'producing', reason: null },
  });
  return producing;
}

const chuid = ({ operation }: OperationContext, { policy }: IssueState): string =>
  encodeBytes(
    encodeChuid(operation.guid, new Date(operation.createdAt.getTime() + policy.certificateDays * MILLISECONDS_A_DAY)),
  );
