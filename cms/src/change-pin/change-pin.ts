import type { CardwrightError } from '@cardwright/protocol';
import { PIN_PHASE } from '@cardwright/protocol/cms';
import { pinRules } from '@cardwright/protocol/devices';
import * as v from 'valibot';
import { owned, pinUsable } from '../devices/eligibility.js';
import { keepsPin } from '../devices/kept-pin.js';
import { call } from '../operations/call.js';
import type { OperationContext } from '../operations/context.js';
import { defineOperation, inState, keepState, type Consequence, type Step } from '../operations/definition.js';
import { CANCELLED_BY_USER } from '../operations/ended-by-user.js';
import { defineSlice } from '../operations/slice.js';
import { PHONE, SECURITY_KEY } from '../rules/device-state.js';
import { ownWords } from '../words/language.js';

/** Progress of the change. Another session starts over, because only the user can tell whether the card has the new PIN. */
const change = defineSlice({
  name: 'change',
  schema: v.strictObject({
    isMade: v.boolean(),
    /** True if the card was known to have its initial PIN before the change. */
    wasInitial: v.boolean(),
    /** Rules that were sent; null if the model is no longer issued. */
    rules: v.nullable(pinRules),
  }),
  initial: { isMade: false, wasInitial: false, rules: null },
  lasts: 'session',
});

const changeStep: Step = {
  name: 'change-pin',
  phase: { name: PIN_PHASE, words: ownWords(({ phases }) => phases.pin) },
  progress: 10,
  waitsForUser: true,
  slices: [change],
  needed: (context) => !context.of(change).isMade,
  prepare(context) {
    const { ownDevice } = context;
    context.keep(change, { wasInitial: ownDevice.row.hasInitialPin, rules: context.policyNow?.pinRules ?? null });
    // From now until the answer, nobody knows which of the two PINs the card has.
    ownDevice.noteInitialPin(false);
  },
  calls: (context) => [
    call(
      'pin.change',
      () => ({
        rules: context.of(change).rules,
        shared: context.ownDevice.row.sharesPin,
        secrets: { pin: { source: 'user' }, newPin: { source: 'user' } },
      }),
      {
        read: () => {
          context.keep(change, { isMade: true });
          context.ownDevice.change({ pinRules: context.of(change).rules });
          context.report('pin.changed');
        },
        failed: (error) => noteUnchanged(context, error),
      },
    ),
  ],
  errors: { ...CANCELLED_BY_USER, PIN_RULES_CONFLICT: 'cancel', WINDOW_NOT_ALLOWED: 'cancel' },
};

/**
 * Lets the owner of an active device choose another PIN. The owner enters both PINs in the extension's window, by the rules of the current
 * policy and of the card. The CMS learns neither PIN, and relies on the host's word that the card has the new PIN.
 */
export const changePin = defineOperation({
  kind: 'change-pin',
  title: ownWords(({ titles }) => titles.changePin),
  label: ownWords(({ labels }) => labels.changePin),
  eligibility: owned('active').and(pinUsable),
  isOffered: ({ state, model }) => state === 'active' && model !== PHONE && model !== SECURITY_KEY,
  requireUnderWay: inState('active'),
  steps: [changeStep],
  settle: { done: keepState, failed: keepState },
});

function noteUnchanged(context: OperationContext, { code }: CardwrightError): Consequence | undefined {
  if (keepsPin(code)) context.ownDevice.noteInitialPin(context.of(change).wasInitial);
  return undefined;
}
