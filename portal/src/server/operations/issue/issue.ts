import { CardwrightError, type ErrorCode } from '@cardwright/protocol';
import * as v from 'valibot';
import { changeState, lockDevice } from '../../devices/devices.js';
import { newAlgorithmOf } from '../../devices/management-key-algorithm.js';
import { listEscrows } from '../../keys/escrow.js';
import type { Next, OperationContext, OperationKind } from '../operation-kind.js';
import type { Outcomes } from '../outcomes.js';
import { readCertificates } from './certificates.js';
import { erase, readErasure } from './erasure.js';
import { authenticate, readAuthentication } from './identity.js';
import { describeCard, PROGRESS, readState, slotsLeftOut, step, type IssueState, type Stage } from './issue-state.js';
import { readKeys, readWitness } from './keys.js';
import { TRIES_PER_SESSION, listCandidates } from './management-authentication.js';
import { readPin } from './pin.js';

/**
 * Issues a device. The way that goes right takes six calls: the start, and the results of the stages `challenge`,
 * `authenticate`, `keys`, `certificates` and `pin`; one more for each further candidate of the management key. A used card
 * is erased in a step before these.
 * Each stage looks at what the database and the card have already, so that a new session goes on where the old one broke off.
 */
export const issue: OperationKind = {
  async begin(context, { device: info, host }, verdict) {
    const { db, user, device } = context;
    const { action } = verdict;
    const policy = { ...verdict.policy, managementKeyAlgorithm: newAlgorithmOf(verdict.policy, info) };
    if (device?.state === 'failed' && action === 'continue')
      await changeState(db, device, 'producing', user.username, null);
    const candidates = await listCandidates(context, policy, info);
    const state: IssueState = {
      stage: 'challenge',
      device: describeCard(info),
      policy,
      hostKey: host.key,
      candidates,
      tries: TRIES_PER_SESSION,
      challenge: null,
      requestChallenge: null,
      proofChallenge: null,
      liveProof: null,
      escrow: null,
      isPrepared: false,
      isApplied: false,
      isKeyToProve: false,
      leftOut: slotsLeftOut(context),
    };
    const algorithm = candidates[0]?.algorithm ?? policy.managementKeyAlgorithm;
    const challenge = { method: 'managementKey.getChallenge', params: { algorithm } };
    return action === 'erase' ? erase(context, state, challenge) : step(state, [challenge]);
  },

  async advance(context, outcomes) {
    const state = readState(context);
    requireUnderWay(context, state);
    const { error } = outcomes;
    const next = await STAGES[state.stage](context, state, outcomes);
    if (next) return next;
    if (!error) throw new Error(`stage ${state.stage} ended without an error and without a next step`);
    if (!INTERRUPTIONS.has(error.code)) throw error;
    return { kind: 'interrupted', ...PROGRESS[state.stage], error };
  },

  async abandon({ db, user, operation }, error) {
    // Read again: the row may have been made, or changed, by the decision that failed.
    const device = operation.deviceId === null ? undefined : await lockDevice(db, operation.deviceId);
    // Once it is pending it stays so: it is whole, and an operator can activate it.
    if (device?.state === 'producing' && !v.is(ERASING, operation.state)) {
      // Each escrow was dropped only when the card proved another key: then nothing of ours is on it.
      const isUntouched = (await listEscrows(db, device.id)).length === 0;
      await changeState(db, device, isUntouched ? 'available' : 'failed', user.username, error?.code ?? 'CANCELLED');
    }
    return { kind: 'end', status: error ? 'failed' : 'cancelled', phase: 'finished', progress: 100, error };
  },
};

type ReadStage = (context: OperationContext, state: IssueState, outcomes: Outcomes) => Promise<Next | undefined>;

/** Reads the results of each stage; undefined where the error that ended the step has no meaning of its own there. */
const STAGES: Readonly<Record<Stage, ReadStage>> = {
  erase: readErasure,
  challenge: async (context, state, outcomes) => {
    const witness = outcomes.take('managementKey.getChallenge');
    return witness && authenticate(context, state, witness);
  },
  authenticate: readAuthentication,
  keys: readKeys,
  prove: readWitness,
  certificates: readCertificates,
  pin: readPin,
};

/** Until the card is erased, what was on it is as it was. */
const ERASING = v.object({ stage: v.literal('erase') });

/** An operator may have terminated or suspended the device meanwhile. */
function requireUnderWay({ device }: OperationContext, { stage }: IssueState): void {
  const isUnderWay = device?.state === 'producing' || device?.state === 'pending';
  const isToBeErased = device?.state === 'failed' && stage === 'erase';
  if (device && !isUnderWay && !isToBeErased) throw new CardwrightError('DEVICE_STATE', { state: device.state });
}

/** Errors that end a session and not the operation: with the card back in a reader it goes on. All others end both. */
const INTERRUPTIONS: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  'CARD_REMOVED',
  'CARD_MUTE',
  'CARD_ERROR',
  'DEVICE_BUSY',
  'DEVICE_NOT_FOUND',
  'DEVICE_NOT_OPEN',
  'HOST_CRASHED',
  'INTERNAL',
  'CANCELLED',
  'TIMEOUT',
  'NOT_AUTHENTICATED',
  'PCSC_UNAVAILABLE',
  'NO_READER',
  'SECRET_MISSING',
  'WINDOW_NOT_ALLOWED',
]);
