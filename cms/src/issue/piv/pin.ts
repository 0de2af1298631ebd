import type { CardwrightError, ErrorCode } from '@cardwright/protocol';
import { call } from '../../operations/call.js';
import type { OperationContext } from '../../operations/context.js';
import type { Consequence, Step } from '../../operations/definition.js';
import { pinpadOf } from '../../rules/pinpad.js';
import { fidoPin, isPinShared } from '../fido/passkey-state.js';
import { completion, issuancePolicy, PHASES, policySlice } from '../issue-state.js';

/**
 * Step in which the user chooses a PIN in the extension's window. The host knows the initial PIN, which it has just put on the card. Until
 * the answer arrives, nobody knows which of the two PINs the card has.
 */
export const pinStep: Step = {
  name: 'pin',
  phase: PHASES.pin,
  progress: 90,
  waitsForUser: true,
  slices: [policySlice, completion, fidoPin],
  needed: (context) => !context.of(completion).isPinChosen,
  prepare: ({ ownDevice }) => ownDevice.noteInitialPin(false),
  calls: (context) => [
    call(
      'pin.change',
      {
        rules: issuancePolicy(context).pinRules,
        shared: isPinShared(context),
        ...pinpadOf(issuancePolicy(context)),
        secrets: { pin: { source: 'session' }, newPin: { source: 'user' } },
      },
      {
        read: () => {
          context.keep(completion, { isPinChosen: true });
          context.ownDevice.change({ pinRules: issuancePolicy(context).pinRules });
        },
        failed: (error) => noteUnchanged(context, error),
      },
    ),
  ],
  // The device is produced. Its owner can choose the PIN at once or on another day. An operator may activate the device before the owner does.
  errors: { USER_CANCELLED: 'interrupt', USER_TIMEOUT: 'interrupt' },
};

function noteUnchanged({ ownDevice }: OperationContext, { code }: CardwrightError): Consequence | undefined {
  if (LEAVES_PIN.has(code)) ownDevice.noteInitialPin(true);
  return undefined;
}

/** Errors that occur before the card changes its PIN, or with which the card refuses the new PIN. The card then still has the initial PIN. */
const LEAVES_PIN: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  'USER_CANCELLED',
  'USER_TIMEOUT',
  'WINDOW_NOT_ALLOWED',
  'PIN_REFUSED_BY_DEVICE',
  'PIN_RULE_VIOLATED',
  'PIN_RULES_CONFLICT',
  'PIN_ENTRIES_DIFFER',
  'PINPAD_MISSING',
]);
