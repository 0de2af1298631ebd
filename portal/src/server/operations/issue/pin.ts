import { isCardwrightError } from '@cardwright/protocol';
import { eq } from 'drizzle-orm';
import { changeState } from '../../devices/devices.js';
import { openEscrow } from '../../keys/escrow.js';
import { devices } from '../../store/schema.js';
import type { Next, NextStep, OperationContext } from '../operation-kind.js';
import type { Outcomes } from '../outcomes.js';
import { sealToHost } from './host-secrets.js';
import { step, type IssueState } from './issue-state.js';
import { currentEscrow } from './current-escrow.js';

/**
 * Has the user choose a PIN in the extension's window. In the session that made the initial PIN the host still knows it. In
 * a later one the card's PIN may have been changed already and the answer lost: there CHANGE REFERENCE DATA would cost a try, so the
 * PUK sets the new PIN (SP 800-73-4 Part 2, 3.2.3), whatever the old one is.
 */
export async function askForPin(context: OperationContext, state: IssueState): Promise<NextStep> {
  const rules = state.policy.pinRules;
  const newPin = { source: 'user' } as const;
  const next = { ...state, stage: 'pin' } as const;
  if (state.isPrepared)
    return step(next, [{ method: 'pin.change', params: { rules, secrets: { pin: { source: 'session' }, newPin } } }]);
  const { puk } = await openEscrow(await currentEscrow(context, state), context.keys);
  const secrets = { puk: await sealToHost(context, state, 'puk', puk), newPin };
  return step(next, [{ method: 'pin.unblock', params: { rules, secrets } }]);
}

/** The results of `pin`: with a PIN that only its user knows the device is active. */
export async function readPin(
  context: OperationContext,
  state: IssueState,
  outcomes: Outcomes,
): Promise<Next | undefined> {
  const { db, device, user } = context;
  if (!device) throw new Error('a PIN needs a device');
  if (outcomes.take(state.isPrepared ? 'pin.change' : 'pin.unblock')) {
    await db.update(devices).set({ hasInitialPin: false }).where(eq(devices.id, device.id));
    if (device.state !== 'active') await changeState(db, device, 'active', user.username, null);
    return { kind: 'end', status: 'done', phase: 'finished', progress: 100, error: null };
  }
  const { error } = outcomes;
  // Not a failure: the device is produced, and waits for an operator.
  const isGivenUp = isCardwrightError(error, 'USER_CANCELLED') || isCardwrightError(error, 'USER_TIMEOUT');
  return isGivenUp ? { kind: 'end', status: 'done', phase: 'finished', progress: 100, error } : undefined;
}
