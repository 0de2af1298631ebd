import { isCardwrightError } from '@cardwright/protocol';
import { eq } from 'drizzle-orm';
import { changeState } from '../../devices/devices.js';
import { devices } from '../../store/schema.js';
import type { Next, NextStep, OperationContext } from '../operation-kind.js';
import type { Outcomes } from '../outcomes.js';
import { step, type IssueState } from './issue-state.js';

/** Has the user choose a PIN in the extension's window; the host knows the initial one, which it just put on the card. */
export function askForPin(state: IssueState): NextStep {
  const secrets = { pin: { source: 'session' }, newPin: { source: 'user' } };
  return step({ ...state, stage: 'pin' }, [
    { method: 'pin.change', params: { rules: state.policy.pinRules, secrets } },
  ]);
}

/** The results of `pin`: with a PIN that only its user knows the device is active. */
export async function readPin(
  context: OperationContext,
  _state: IssueState,
  outcomes: Outcomes,
): Promise<Next | undefined> {
  const { db, device, user } = context;
  if (!device) throw new Error('a PIN needs a device');
  if (outcomes.take('pin.change')) {
    await db.update(devices).set({ hasInitialPin: false }).where(eq(devices.id, device.id));
    if (device.state !== 'active') await changeState(db, device, 'active', user.username, null);
    return { kind: 'end', status: 'done', phase: 'finished', progress: 100, error: null };
  }
  const { error } = outcomes;
  // Not a failure: the device is produced, and waits for an operator.
  const isGivenUp = isCardwrightError(error, 'USER_CANCELLED') || isCardwrightError(error, 'USER_TIMEOUT');
  return isGivenUp ? { kind: 'end', status: 'done', phase: 'finished', progress: 100, error } : undefined;
}
