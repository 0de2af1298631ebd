import type { CardwrightError } from '@cardwright/protocol';
import { pinRules } from '@cardwright/protocol/devices';
import * as v from 'valibot';
import { keepsPin } from '../devices/kept-pin.js';
import { call } from '../operations/call.js';
import type { OperationContext } from '../operations/context.js';
import type { Call, Consequence } from '../operations/definition.js';
import { defineSlice } from '../operations/slice.js';
import { pinpadOf } from '../rules/pinpad.js';

/** Progress of the change. Another session starts over, because only the user can tell whether the card has the new PIN. */
export const change = defineSlice({
  name: 'change',
  schema: v.strictObject({
    isMade: v.boolean(),
    /** True if the card was known to have its initial PIN before the change. */
    wasInitial: v.boolean(),
    /** Rules that were sent for the new PIN; null before that, and if the model has no policy. */
    rules: v.nullable(pinRules),
  }),
  initial: { isMade: false, wasInitial: false, rules: null },
  lasts: 'session',
});

/** Prepares the change by the rules of the current policy. From now until the answer, nobody knows which of the two PINs the card has. */
export function preparePinChange(context: OperationContext): void {
  const { ownDevice, policyNow } = context;
  context.keep(change, { wasInitial: ownDevice.row.hasInitialPin, rules: policyNow?.pinRules ?? null });
  ownDevice.noteInitialPin(false);
}

/**
 * Makes the call by which the owner changes the PIN: both PINs are entered in one window of the extension.
 *
 * @param made called after the card has the new PIN
 */
export const pinChange = (context: OperationContext, made = (): void => undefined): Call =>
  call(
    'pin.change',
    () => ({
      rules: context.of(change).rules,
      shared: context.ownDevice.row.sharesPin,
      ...pinpadOf(context.policyNow),
      secrets: { pin: { source: 'user' }, newPin: { source: 'user' } },
    }),
    {
      read: () => {
        context.keep(change, { isMade: true });
        context.ownDevice.change({ pinRules: context.of(change).rules });
        context.report('pin.changed');
        made();
      },
      failed: (error) => noteUnchanged(context, error),
    },
  );

function noteUnchanged(context: OperationContext, { code }: CardwrightError): Consequence | undefined {
  if (keepsPin(code)) context.ownDevice.noteInitialPin(context.of(change).wasInitial);
  return undefined;
}
