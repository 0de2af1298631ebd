import { CardwrightError, type DeviceInfo, type ErrorCode, type StepCommand } from '@cardwright/protocol';
import { randomUUID } from 'node:crypto';
import { record } from '../../audit.js';
import { isPukSpent, isUsed } from '../../devices/card-facts.js';
import { mayFollow } from '../../devices/device-state.js';
import { changeState } from '../../devices/devices.js';
import { noteInitialPin } from '../../devices/initial-pin.js';
import type { ReasonCode } from '../../reasons.js';
import type { Device } from '../../store/schema.js';
import type { Next, NextStep, OperationContext } from '../operation-kind.js';
import { cardHintOf, claimCardHint, updateOperation } from '../operation-rows.js';
import type { Outcomes } from '../outcomes.js';
import { authenticate } from './identity.js';
import { describeCard, PROGRESS, step, type IssueState } from './issue-state.js';
import { listCandidates } from './management-authentication.js';

/**
 * Has a used card erased before anything else, after its user confirmed that in the extension's window; in the same step it
 * gives the witness of its factory key.
 *
 * @throws CardwrightError `DEVICE_STATE` when its row could not be given back afterwards: then it is not to be erased
 */
export async function erase(context: OperationContext, state: IssueState, challenge: StepCommand): Promise<NextStep> {
  const { db, device } = context;
  if (device) {
    requireMayBeGivenBack(device);
    // From now on it may be blank, whatever is heard of that.
    await noteInitialPin(db, device.id, false);
  }
  await report(context, 'device.erase-ordered', state);
  return step({ ...state, stage: 'erase' }, [{ method: 'device.reset', params: {} }, challenge]);
}

/**
 * The results of `erase`. What the CMS goes on with is the erased card as the host describes it now; that it has its factory
 * key again, the card itself will prove. A half-issued device that was on it is given back.
 */
export async function readErasure(
  context: OperationContext,
  state: IssueState,
  outcomes: Outcomes,
): Promise<Next | undefined> {
  const erased = outcomes.take('device.reset');
  if (!erased) return readUnconfirmed(context, outcomes.error);
  requireErased(state, erased.device);
  await report(context, 'device.erased', state);
  const fresh = await giveBack(context, erased.device);
  const witness = outcomes.take('managementKey.getChallenge');
  if (!witness) return undefined;
  const candidates = await listCandidates(fresh, state.policy, erased.device);
  return authenticate(fresh, { ...state, device: describeCard(erased.device), candidates }, witness);
}

function requireMayBeGivenBack({ state }: Device): void {
  if (!mayFollow(state, 'available')) throw new CardwrightError('DEVICE_STATE', { state });
}

const NOT_CONFIRMED: readonly ErrorCode[] = ['USER_CANCELLED', 'USER_TIMEOUT', 'WINDOW_NOT_ALLOWED'];
/** Of an operation that began with the erasure. */
const FIRST_STEP = 1;

/** The user did not confirm: nothing was changed, and nothing is left to go on with, unless there was before. */
function readUnconfirmed({ device, operation }: OperationContext, error: CardwrightError | null): Next | undefined {
  if (!error || !NOT_CONFIRMED.includes(error.code)) return undefined;
  // What was broken off at the PIN is pending, and its owner can go on with it only as long as its operation runs.
  if (device?.state === 'pending' && operation.stepNumber > FIRST_STEP)
    return { kind: 'interrupted', ...PROGRESS.erase, error };
  return { kind: 'end', status: 'cancelled', phase: 'finished', progress: 100, error };
}

function requireErased({ device }: IssueState, now: DeviceInfo): void {
  if (now.model !== device.model || now.serial !== device.serial) throw refusal('another-device');
  if (isUsed(now) || isPukSpent(now)) throw refusal('not-erased');
}

const refusal = (reason: ReasonCode): CardwrightError => new CardwrightError('OPERATION_FAILED', { reason });

/** The card becomes a device of its own, with another GUID; the row that it had, if any, is nobody's any more. */
async function giveBack(context: OperationContext, erased: DeviceInfo): Promise<OperationContext> {
  const { db, user, operation, device } = context;
  if (device) await changeState(db, device, 'available', user.username, 'erased');
  const cardHint = cardHintOf(erased);
  await claimCardHint(db, user, operation.id, cardHint);
  const guid = device ? randomUUID() : operation.guid;
  const current = await updateOperation(db, operation.id, { deviceId: null, cardHint, guid });
  return { ...context, device: undefined, operation: current };
}

const report = (
  { db, user, operation }: OperationContext,
  event: 'device.erase-ordered' | 'device.erased',
  { device }: IssueState,
): Promise<void> =>
  record(db, {
    actor: user.username,
    event,
    operationId: operation.id,
    deviceId: operation.deviceId,
    detail: { model: device.model, serial: device.serial },
  });
