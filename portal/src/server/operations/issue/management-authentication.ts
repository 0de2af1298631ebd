import {
  CardwrightError,
  decodeBytes,
  type DeviceInfo,
  isCardwrightError,
  type ManagementKeyAlgorithm,
  type StepCommand,
} from '@cardwright/protocol';
import { record } from '../../audit.js';
import type { DevicePolicy } from '../../devices/device-policy.js';
import { factoryAlgorithmOf } from '../../devices/management-key-algorithm.js';
import { openFactorySecrets } from '../../devices/policy-store.js';
import { escrowedManagementKey, listEscrows, openEscrow } from '../../keys/escrow.js';
import { answerWitness, isProvedBy, type ManagementKey } from '../../keys/management-key.js';
import { spend } from '../../quotas/quotas.js';
import type { OperationContext } from '../operation-kind.js';
import type { Candidate, IssueState } from './issue-state.js';

/** Some cards block for ever after five wrong tries: a session makes at most two. */
export const TRIES_PER_SESSION = 2;

/**
 * The management keys that the card may have, likeliest first: those kept for the device, newest first, then the model's
 * factory key. Where the card tells that it still has its factory key, that one comes first.
 */
export async function listCandidates(
  context: OperationContext,
  policy: DevicePolicy,
  info: DeviceInfo,
): Promise<Candidate[]> {
  const factory: Candidate = { escrow: null, algorithm: factoryAlgorithmOf(policy, info) };
  const kept: Candidate[] = [];
  for (const escrow of context.device ? await listEscrows(context.db, context.device.id) : []) {
    const { managementKey } = await openEscrow(escrow, context.keys);
    if (managementKey) kept.push({ escrow: escrow.id, algorithm: managementKey.algorithm });
  }
  return info.managementKey?.isDefault === true ? [factory, ...kept] : [...kept, factory];
}

/**
 * The command that answers the card's witness for the first candidate whose algorithm the card has; the others are passed
 * over without spending a try.
 *
 * @throws CardwrightError `MANAGEMENT_KEY_REFUSED` when there is none, `RATE_LIMITED`
 */
export async function answerFor(
  context: OperationContext,
  state: IssueState,
  { algorithm, witness }: { algorithm: ManagementKeyAlgorithm; witness: string },
): Promise<{ state: IssueState; command: StepCommand }> {
  const candidates = state.candidates.slice(
    Math.max(
      0,
      state.candidates.findIndex((candidate) => candidate.algorithm === algorithm),
    ),
  );
  const [current, next] = candidates;
  if (current?.algorithm !== algorithm || state.tries === 0)
    throw new CardwrightError('MANAGEMENT_KEY_REFUSED', { next: null });
  const { db, user, quotas } = context;
  await spend(db, user.id, 'witness', quotas.witnessesPerHour);
  const { response, challenge } = answerWitness(await keyOf(context, state, current), witness);
  return {
    state: { ...state, candidates, challenge, tries: state.tries - 1 },
    command: {
      method: 'managementKey.authenticate',
      params: { algorithm, response, challenge, nextAlgorithm: state.tries > 1 ? (next?.algorithm ?? null) : null },
    },
  };
}

/**
 * Checks the card's answer to the challenge: only the card's own cryptogram counts, not that host or page report success.
 *
 * @throws CardwrightError `MANAGEMENT_KEY_REFUSED`
 */
export async function requireProof(
  context: OperationContext,
  state: IssueState,
  proved: Candidate,
  cardResponse: string,
): Promise<void> {
  if (!state.challenge || !isProvedBy(await keyOf(context, state, proved), state.challenge, cardResponse))
    throw new CardwrightError('MANAGEMENT_KEY_REFUSED', { next: null });
  await record(context.db, {
    actor: context.user.username,
    event: 'management-key.authenticated',
    operationId: context.operation.id,
    deviceId: context.operation.deviceId,
    detail: { key: proved.escrow === null ? 'configured' : 'own' },
  });
}

/** The refused candidate is crossed out; what remains is tried with the fresh witness that came with the refusal. */
export async function nextCandidate(context: OperationContext, state: IssueState): Promise<IssueState> {
  await record(context.db, {
    actor: context.user.username,
    event: 'management-key.refused',
    outcome: 'failed',
    operationId: context.operation.id,
    deviceId: context.operation.deviceId,
    detail: { key: state.candidates[0]?.escrow === null ? 'configured' : 'own' },
  });
  return { ...state, candidates: state.candidates.slice(1) };
}

async function keyOf(
  context: OperationContext,
  state: IssueState,
  { escrow: id, algorithm }: Candidate,
): Promise<ManagementKey> {
  if (id === null) {
    const { managementKey } = await openFactorySecrets(context.db, context.keys, state.device.model);
    return { algorithm, key: Buffer.from(managementKey, 'hex') };
  }
  const kept = context.device ? await listEscrows(context.db, context.device.id) : [];
  const escrow = kept.find((row) => row.id === id);
  const key = escrow ? await escrowedManagementKey(escrow, context.keys) : null;
  if (!key) throw new CardwrightError('MANAGEMENT_KEY_REFUSED', { next: null });
  return key;
}

/** The witness that a refusal brought for the next candidate, if it did. */
export function witnessOfRefusal(
  error: CardwrightError,
): { algorithm: ManagementKeyAlgorithm; witness: string } | null {
  if (!isCardwrightError(error, 'MANAGEMENT_KEY_REFUSED') || error.data.next === null) return null;
  const { algorithm, witness } = error.data.next;
  return isAlgorithm(algorithm) && decodeBytes(witness).length > 0 ? { algorithm, witness } : null;
}

const isAlgorithm = (name: string): name is ManagementKeyAlgorithm =>
  ['3DES', 'AES-128', 'AES-192', 'AES-256'].includes(name);
