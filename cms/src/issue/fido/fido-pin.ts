import { call } from '../../operations/call.js';
import type { OperationContext } from '../../operations/context.js';
import type { Call, Consequence, Step } from '../../operations/definition.js';
import { meetAgain } from '../../operations/meet-again.js';
import { wantsPiv } from '../../rules/device-policy.js';
import { issuancePolicy, PHASES, policySlice } from '../issue-state.js';
import {
  fido,
  fidoPin,
  isHostToMakeOne,
  isPinShared,
  mayResetFido,
  missingPasskeys,
  noteSharing,
  passkeyPolicyOf,
} from './passkey-state.js';

/** Step that reads the FIDO2 facts after the device got its initial PIN. On some devices the initial PIN is now the FIDO PIN too. */
export const fidoFactsStep: Step = {
  name: 'fido-facts',
  phase: PHASES.passkey,
  progress: 76,
  slices: [policySlice, fido, fidoPin],
  needed: (context) =>
    wantsPiv(issuancePolicy(context)) &&
    context.info.fido2 !== null &&
    missingPasskeys(context).length > 0 &&
    !context.of(fido).isRead,
  calls: (context) => [
    call(
      'fido.getInfo',
      {},
      {
        read: ({ device }) => {
          meetAgain(context, device);
          noteWhosePin(context);
          context.keep(fido, { isRead: true });
        },
      },
    ),
  ],
};

/**
 * Notes whether PIV and FIDO2 share a PIN: they do if the device had no FIDO PIN before it got its initial PIN, and has a FIDO PIN now. The device's
 * row keeps what was found, for another issuance, which begins with a device that has its initial PIN already.
 */
function noteWhosePin(context: OperationContext): void {
  const { wasSet, isInitialPin } = context.of(fidoPin);
  // This is decided only once: later the user may have set a FIDO PIN of their own.
  if (isInitialPin !== null) return;
  const { device, info } = context;
  const isShared = wasSet === null ? device?.row.sharesPin === true : !wasSet;
  context.keep(fidoPin, { isInitialPin: isShared && info.fido2?.pinSet === true });
  noteSharing(context);
}

/**
 * Step that resets the FIDO2 application because its user does not know its PIN, or the PIN is blocked. The user confirms the reset and inserts
 * the device again. The host refuses if the reset would erase another application too.
 */
export const fidoResetStep: Step = {
  name: 'fido-reset',
  phase: PHASES.fidoPin,
  progress: 77,
  slices: [policySlice, fido, fidoPin],
  needed: (context) => context.of(fido).isResetDue,

  prepare(context) {
    context.report('fido.reset-ordered');
    // From now on the passkeys may be gone, whether or not an answer arrives.
    context.device?.dropPasskeys();
  },

  calls: (context) => [
    call(
      'fido.reset',
      {},
      {
        read: ({ device }) => {
          meetAgain(context, device);
          context.keep(fido, { isResetDue: false, isPinRemembered: false });
          context.report('fido.reset');
        },
      },
    ),
  ],

  errors: { USER_CANCELLED: 'interrupt', USER_TIMEOUT: 'interrupt' },
};

/** Step in which the user chooses the FIDO PIN in the extension's window: the first FIDO PIN, or a new FIDO PIN if the device requires a change. */
export const fidoPinStep: Step = {
  name: 'fido-pin',
  phase: PHASES.fidoPin,
  progress: 78,
  slices: [policySlice, fido, fidoPin],
  needed: (context) => isHostToMakeOne(context) && !isPinShared(context) && findPinChange(context) !== null,
  calls: (context) => [findPinChange(context) === 'change' ? changePin(context) : setPin(context)],
  errors: {
    USER_CANCELLED: 'interrupt',
    USER_TIMEOUT: 'interrupt',
    FIDO_PIN_FORGOTTEN: orderReset,
    FIDO_PIN_BLOCKED: orderReset,
  },
};

/** Returns the change that the FIDO PIN needs before it can be used; null if the PIN needs no change. */
function findPinChange({ info }: OperationContext): 'set' | 'change' | null {
  if (info.fido2?.pinSet === false) return 'set';
  return info.fido2?.forcePinChange === true ? 'change' : null;
}

function setPin(context: OperationContext): Call {
  const policy = issuancePolicy(context);
  return call(
    'fido.setPin',
    {
      rules: passkeyPolicyOf(context).pinRules,
      ...(wantsPiv(policy) ? { devicePinRules: policy.pinRules } : {}),
      secrets: { newFidoPin: { source: 'user' } },
    },
    {
      read: ({ device }) => {
        meetAgain(context, device);
        noteChosen(context);
      },
    },
  );
}

const changePin = (context: OperationContext): Call =>
  call(
    'fido.changePin',
    {
      rules: passkeyPolicyOf(context).pinRules,
      secrets: { fidoPin: { source: 'user' }, newFidoPin: { source: 'user' } },
    },
    { read: () => noteChosen(context) },
  );

/** Notes that a FIDO PIN is set, that the host remembers it, and that the device no longer demands another FIDO PIN. */
function noteChosen(context: OperationContext): void {
  const { info } = context;
  if (info.fido2) context.meet({ ...info, fido2: { ...info.fido2, pinSet: true, forcePinChange: false } });
  context.keep(fido, { isPinRemembered: true });
}

/**
 * Continues with a reset of the FIDO2 application, because its user does not know its PIN or the PIN is blocked. Fails the operation if the
 * policy does not allow a reset.
 */
export function orderReset(context: OperationContext): Consequence {
  if (!mayResetFido(context)) return 'fail';
  context.keep(fido, { isResetDue: true });
  return 'continue';
}
