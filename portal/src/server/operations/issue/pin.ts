import { isCardwrightError, type ErrorCode } from '@cardwright/protocol';
import { changeState } from '../../devices/devices.js';
import { noteInitialPin } from '../../devices/initial-pin.js';
import type { Next, NextStep, OperationContext } from '../operation-kind.js';
import type { Outcomes } from '../outcomes.js';
import { step, type IssueState } from './issue-state.js';

/**
 * Has the user choose a PIN in the extension's window; the host knows the initial one, which it just put on the card. From now
 * on until the answer nobody can say which of the two it is.
 */
export async function askForPin({ db, device }: OperationContext, state: IssueState): Promise<NextStep> {
  if (!device) throw new Error('a PIN needs a device');
  await noteInitialPin(db, device.id, false);
  const secrets = { pin: { source: 'session' }, newPin: { source: 'user' } };
  return step({ ...state, stage: 'pin' }, [
    { method: 'pin.change', params: { rules: state.policy.pinRules, secrets } },
  ]);
}

/** The results of `pin`: with a PIN that only its user knows the device is active, or waits for an operator's approval. */
export async function readPin(
  context: OperationContext,
  { policy }: IssueState,
  outcomes: Outcomes,
): Promise<Next | undefined> {
  const { db, device, user } = context;
  if (!device) throw new Error('a PIN needs a device');
  if (outcomes.take('pin.change')) {
    // Nobody but the page and the host says where its keys are: then an operator looks at it first.
    const isTrusted = device.proof === 'attested' || policy.unprovenKeys === 'allow';
    await changeState(db, device, isTrusted ? 'active' : 'awaiting-approval', user.username, null);
    return { kind: 'end', status: 'done', phase: 'finished', progress: 100, error: null };
  }
  const { error } = outcomes;
  if (error && LEAVES_PIN.has(error.code)) await noteInitialPin(db, device.id, true);
  // Not a failure: the device is produced, and waits for an operator.
  const isGivenUp = isCardwrightError(error, 'USER_CANCELLED') || isCardwrightError(error, 'USER_TIMEOUT');
  return isGivenUp ? { kind: 'end', status: 'done', phase: 'finished', progress: 100, error } : undefined;
}

/** Errors that come before the card changes its PIN, so that it is still the initial one. */
const LEAVES_PIN: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  'USER_CANCELLED',
  'USER_TIMEOUT',
  'WINDOW_NOT_ALLOWED',
  'PIN_REFUSED_BY_DEVICE',
  'PIN_RULES_CONFLICT',
]);
