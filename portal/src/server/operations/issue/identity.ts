import { randomUUID } from 'node:crypto';
import {
  CardwrightError,
  encodeBytes,
  isCardwrightError,
  type ManagementKeyAlgorithm,
  type StepCommand,
} from '@cardwright/protocol';
import { eq } from 'drizzle-orm';
import { record } from '../../audit.js';
import { claimPlace } from '../../devices/devices.js';
import { forgetGivenBack } from '../../devices/given-back.js';
import { encodeChuid } from '../../devices/piv-objects.js';
import { listEscrows, storeEscrow } from '../../keys/escrow.js';
import type { ReasonCode } from '../../reasons.js';
import { devices, operations, type Device, type Escrow } from '../../store/schema.js';
import type { Next, NextStep, OperationContext } from '../operation-kind.js';
import type { Outcomes } from '../outcomes.js';
import { dropWhatIsGone } from './gone-keys.js';
import { generateKeys } from './keys.js';
import { step, type Candidate, type IssueState } from './issue-state.js';
import { answerFor, nextCandidate, requireProof, witnessOfRefusal } from './management-authentication.js';

const MILLISECONDS_A_DAY = 24 * 60 * 60 * 1000;
const MIN_PIN_LENGTH = 6;

/**
 * Answers the card's witness and, in the same step, writes the CHUID and reads it back: identity first, since a card
 * without a readable serial is known only by its CHUID. Then, unless an earlier session left some, the host prepares new
 * credentials and seals them to us; nothing of them is on the card yet.
 */
export async function authenticate(
  context: OperationContext,
  before: IssueState,
  witness: { algorithm: ManagementKeyAlgorithm; witness: string },
): Promise<NextStep> {
  const { state, command } = await answerFor(context, before, witness);
  const escrow = await findEscrow(context, state, state.candidates[0]);
  const isPrepared = escrow === undefined;
  return step(
    {
      ...state,
      stage: 'authenticate',
      escrow: escrow?.id ?? null,
      isPrepared,
      isApplied: false,
      isKeyToProve: isPrepared && state.device.capabilities.changeManagementKey,
    },
    [
      command,
      { method: 'object.write', params: { object: 'chuid', content: chuid(context, state) } },
      { method: 'object.read', params: { object: 'chuid' } },
      ...(isPrepared ? [prepare(state)] : []),
    ],
  );
}

const prepare = ({ device, policy }: IssueState): StepCommand => ({
  method: 'credentials.prepare',
  params: {
    // A plain PIV card has no command to change its management key.
    managementKey: device.capabilities.changeManagementKey ? policy.managementKeyAlgorithm : null,
    pinLength: Math.min(Math.max(policy.pinRules.minLength, MIN_PIN_LENGTH), policy.pinRules.maxLength),
  },
});

/** The results of `authenticate`: proof of the management key, the CHUID as the card has it, and the escrow. */
export async function readAuthentication(
  context: OperationContext,
  state: IssueState,
  outcomes: Outcomes,
): Promise<Next | undefined> {
  const answer = outcomes.take('managementKey.authenticate');
  if (!answer) return readRefusal(context, state, outcomes.error);
  const [proved] = state.candidates;
  if (!proved) throw new Error('no candidate was out');
  await requireProof(context, state, proved, answer.cardResponse);
  const known = { ...context, device: await settleDevice(context, state, proved) };
  outcomes.take('object.write');
  const object = outcomes.take('object.read');
  if (!object) return undefined;
  if (object.content !== chuid(context, state)) throw new CardwrightError('READ_BACK_MISMATCH', { object: 'chuid' });
  const prepared = state.isPrepared ? outcomes.take('credentials.prepare') : undefined;
  if (state.isPrepared && !prepared) return undefined;

  const device = await ensureDevice(known, state);
  const owned: OperationContext = { ...context, device, operation: { ...context.operation, deviceId: device.id } };
  if (!prepared) return generateKeys(owned, state);
  // Escrow before change: only from here on may the step that applies it leave the server.
  const escrow = await keepEscrow(owned, state, prepared);
  return generateKeys(owned, { ...state, escrow: escrow.id });
}

/** The device as it is, now that the card proved a key; a card that keeps its management key proves nothing by it. */
async function settleDevice(
  context: OperationContext,
  state: IssueState,
  proved: Candidate,
): Promise<Device | undefined> {
  const { db, device } = context;
  if (!state.device.capabilities.changeManagementKey) return device;
  if (proved.escrow === null) await forgetGivenBack(db, state.device);
  if (!device) return device;
  return dropWhatIsGone(context, device, await findEscrow(context, state, proved));
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
  const { model, modelName, serial, firmware, capabilities } = state.device;
  const id = randomUUID();
  const values = {
    id,
    ownerId: user.id,
    model,
    modelName,
    serial,
    firmware,
    guid: operation.guid,
    state: 'producing',
    proof: 'not-proved',
    managementKey: capabilities.changeManagementKey ? 'own' : 'configured',
    resettable: capabilities.reset,
  } as const;
  // Unique indexes decide who has a card that two people issue at once.
  const [producing] = await db.insert(devices).values(values).onConflictDoNothing().returning();
  if (!producing) throw new CardwrightError('DEVICE_NOT_ELIGIBLE', { reason: 'being-issued' satisfies ReasonCode });
  await db.update(operations).set({ deviceId: id }).where(eq(operations.id, operation.id));
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
